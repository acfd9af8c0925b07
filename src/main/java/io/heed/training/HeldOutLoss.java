package io.heed.training;

import io.heed.corpus.CorpusStream;
import io.heed.engine.Predictor;
import io.heed.engine.RowTokens;
import io.heed.engine.ScoredRow;
import io.heed.engine.ScoringBatches;
import io.heed.engine.ScoringEngine;
import io.heed.kernel.Kernels;
import io.heed.row.Rejectable;
import io.heed.training.TrainingPlan.Evaluation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The loss of held-out rows, computed as scoring computes it: the mean of the negative
 * log-probabilities of all tokens after the first of each row. Rows are shared out in groups, whose
 * sums are added in order, so that the number of tasks does not show.
 */
final class HeldOutLoss {
  private static final int GROUP = 32;

  private final CorpusStream rows;
  private final Evaluation evaluation;
  private final Kernels kernels;

  HeldOutLoss(CorpusStream rows, Evaluation evaluation, Kernels kernels) {
    this.rows = rows;
    this.evaluation = evaluation;
    this.kernels = kernels;
  }

  private long count() {
    return Math.min(evaluation.rows(), rows.documents());
  }

  /** Whether there is anything to evaluate. */
  boolean isEmpty() {
    return count() == 0;
  }

  private int groups() {
    return Math.toIntExact((count() + GROUP - 1) / GROUP);
  }

  /** The sum of log-probabilities and the number of tokens of each group of a task. */
  double[] sums(Predictor predictor, int task, int tasks) throws IOException {
    int first = (int) ((long) groups() * task / tasks);
    int end = (int) ((long) groups() * (task + 1) / tasks);
    ScoringBatches batches =
        new ScoringBatches(
            new ScoringEngine(
                predictor, kernels, evaluation.stride(), evaluation.batchTokens(), 0));
    double[] sums = new double[2 * (end - first)];
    for (int group = first; group < end; group++) {
      List<RowTokens> some = new ArrayList<>();
      long endRow = Math.min(count(), (group + 1L) * GROUP);
      for (long row = (long) group * GROUP; row < endRow; row++) {
        some.add(new RowTokens(rows.document(row), false));
      }
      for (Rejectable<ScoredRow> scored : batches.compute(some)) {
        sums[2 * (group - first)] +=
            scored.rejection().isPresent() ? Double.NaN : scored.value().logLikelihood();
        sums[2 * (group - first) + 1] +=
            scored.rejection().isPresent() ? 0 : scored.value().tokenCount() - 1;
      }
    }
    return sums;
  }

  /** The loss of the sums of all tasks, by rank. */
  static double loss(double[][] sums) {
    double logLikelihood = 0;
    double tokens = 0;
    for (double[] ofTask : sums) {
      for (int i = 0; i < ofTask.length; i += 2) {
        logLikelihood += ofTask[i];
        tokens += ofTask[i + 1];
      }
    }
    return -logLikelihood / tokens;
  }
}
