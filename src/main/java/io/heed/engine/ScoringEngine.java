package io.heed.engine;

import io.heed.batch.PackedBatch;
import io.heed.engine.ScoredRow.LikelyToken;
import io.heed.kernel.Reductions;
import io.heed.kernel.Scratch;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.tensor.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Tells how likely token sequences are to a decoder. A sequence longer than the model's positions
 * passes through it in windows, each of them {@code stride} tokens behind the one before, and a
 * token is scored by the first window that it stands in. One engine serves all threads.
 *
 * @param kernels what reduces rows of logits
 * @param stride tokens between the beginnings of two windows, at least 1 and below the positions
 * @param batchTokens tokens of windows that are computed together, or one window
 * @param nextTokens how many of the tokens that may follow the last one are told, 0 for none
 */
public record ScoringEngine(
    Predictor predictor, Reductions kernels, int stride, int batchTokens, int nextTokens) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public ScoringEngine {
    int positions = predictor.spec().positions();
    require(
        stride >= 1 && stride < positions,
        "a stride of %d tokens is not at least 1 and below the %d positions of the model",
        stride,
        positions);
    require(batchTokens >= 1, "a batch of %d tokens is not possible", batchTokens);
    require(nextTokens >= 0, "the %d most likely next tokens cannot be told", nextTokens);
  }

  private static void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, rule, values));
    }
  }

  /**
   * Some tokens of a row, which pass through the model together.
   *
   * @param row of the batch
   * @param scored the first token that is scored here
   * @param to behind the last token that passes through, which tells of the one after it
   */
  private record Window(int row, int from, int scored, int to) {
    int tokens() {
      return to - from;
    }
  }

  /** A hidden state that is wanted: at {@code token} of the packed windows, of a row's token. */
  private record Wanted(int token, int row, int position) {}

  /** How many tokens pass through the model for a row of {@code tokens}, at most. */
  long cost(int tokens) {
    int positions = predictor.spec().positions();
    long windows = windowsBehindFirst(tokens);
    return windows == 0 ? tokens : tokens + windows * (positions - stride);
  }

  private long windowsBehindFirst(int tokens) {
    int positions = predictor.spec().positions();
    return tokens <= positions ? 0 : (tokens - positions + stride - 1L) / stride;
  }

  /**
   * Scores rows of at least one token, all below the vocabulary.
   *
   * @return one result for each row, which does not depend on the others
   */
  List<Rejectable<ScoredRow>> score(List<int[]> rows, Predictor.Session session) {
    Run run = new Run(rows, session);
    List<Window> together = new ArrayList<>();
    int tokens = 0;
    for (Window window : windows(rows)) {
      if (!together.isEmpty() && window.tokens() > batchTokens - tokens) {
        run.score(together);
        together.clear();
        tokens = 0;
      }
      together.add(window);
      tokens += window.tokens();
    }
    if (!together.isEmpty()) {
      run.score(together);
    }
    return IntStream.range(0, rows.size()).mapToObj(run::result).toList();
  }

  private List<Window> windows(List<int[]> rows) {
    int positions = predictor.spec().positions();
    List<Window> windows = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      int tokens = rows.get(row).length;
      int end = Math.min(tokens, positions);
      add(new Window(row, 0, 1, read(end, tokens)), windows);
      for (int from = stride; end < tokens; from += stride) {
        int scored = end;
        end = (int) Math.min(tokens, (long) from + positions);
        add(new Window(row, from, scored, read(end, tokens)), windows);
      }
    }
    return windows;
  }

  /**
   * How far a window that ends at {@code end} is read: what follows its last token is scored by the
   * next window, and behind the last one of the row told only where that is wanted.
   */
  private int read(int end, int tokens) {
    return end == tokens && nextTokens > 0 ? end : end - 1;
  }

  private static void add(Window window, List<Window> windows) {
    if (window.tokens() > 0) {
      windows.add(window);
    }
  }

  /** The scoring of some rows. */
  private final class Run {
    private final List<int[]> rows;
    private final Predictor.Session session;
    private final Scratch scratch = new Scratch();
    private final float[][] logProbabilities;
    private final double[] logLikelihoods;

    /** Whether all that is told of a row is finite. */
    private final boolean[] finite;

    private final List<List<LikelyToken>> next = new ArrayList<>();
    private final double[] sums = new double[Predictor.MOST_LOGITS];

    Run(List<int[]> rows, Predictor.Session session) {
      this.rows = rows;
      this.session = session;
      this.logProbabilities = new float[rows.size()][];
      for (int row = 0; row < rows.size(); row++) {
        logProbabilities[row] = new float[rows.get(row).length - 1];
        next.add(List.of());
      }
      this.logLikelihoods = new double[rows.size()];
      this.finite = new boolean[rows.size()];
      Arrays.fill(finite, true);
    }

    void score(List<Window> windows) {
      PackedBatch batch =
          PackedBatch.of(
              windows.stream()
                  .map(w -> Arrays.copyOfRange(rows.get(w.row()), w.from(), w.to()))
                  .toList());
      session.read(batch);
      List<Wanted> wanted = wanted(windows, batch);
      for (int from = 0; from < wanted.size(); from += Predictor.MOST_LOGITS) {
        int to = Math.min(wanted.size(), from + Predictor.MOST_LOGITS);
        take(wanted.subList(from, to));
      }
    }

    /** Of each token that is scored the one before it, and of a row the last where it is read. */
    private static List<Wanted> wanted(List<Window> windows, PackedBatch batch) {
      List<Wanted> wanted = new ArrayList<>();
      for (int w = 0; w < windows.size(); w++) {
        Window window = windows.get(w);
        int shift = batch.cumulativeLengths()[w] - window.from();
        for (int t = window.scored() - 1; t < window.to(); t++) {
          wanted.add(new Wanted(t + shift, window.row(), t));
        }
      }
      return wanted;
    }

    private void take(List<Wanted> wanted) {
      int[] tokens = wanted.stream().mapToInt(Wanted::token).toArray();
      Matrix logits = session.logits(tokens);
      kernels.logSumExp(logits, sums, scratch);
      for (int i = 0; i < wanted.size(); i++) {
        int row = wanted.get(i).row();
        int following = wanted.get(i).position() + 1;
        int[] ids = rows.get(row);
        if (following < ids.length) {
          double logProbability = logits.at(i, ids[following]) - sums[i];
          logLikelihoods[row] += logProbability;
          logProbabilities[row][following - 1] = (float) logProbability;
          finite[row] &= Float.isFinite((float) logProbability);
        } else {
          next.set(row, likely(logits, i));
          finite[row] &=
              next.get(row).stream().allMatch(token -> Float.isFinite(token.logProbability()));
        }
      }
    }

    private List<LikelyToken> likely(Matrix logits, int i) {
      if (Double.isNaN(sums[i])) {
        return List.of(new LikelyToken(0, Float.NaN));
      }
      int[] ids = TopTokens.of(logits.data(), logits.index(i), logits.columns(), nextTokens);
      return Arrays.stream(ids)
          .mapToObj(id -> new LikelyToken(id, (float) (logits.at(i, id) - sums[i])))
          .toList();
    }

    Rejectable<ScoredRow> result(int row) {
      return finite[row]
          ? Rejectable.of(
              new ScoredRow(
                  rows.get(row).length, logLikelihoods[row], logProbabilities[row], next.get(row)))
          : Rejectable.rejected(
              Reason.NON_FINITE, "a log-probability by the model's logits is not finite");
    }
  }
}
