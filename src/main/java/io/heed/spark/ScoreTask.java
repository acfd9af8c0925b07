package io.heed.spark;

import io.heed.engine.RowTokens;
import io.heed.engine.ScoredRow;
import io.heed.input.InputRow;
import io.heed.row.Rejectable;
import io.heed.spark.ExecutorModels.LoadedModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** One task attempt of {@link ScorePartitions}. Not thread-safe. */
final class ScoreTask extends RowTask<ScoredRow> {
  private final ScoringPlan plan;

  private ScoreTask(
      ScoringPlan plan, TaskOutputs outputs, Iterator<InputRow> rows, LoadedModel model) {
    super(outputs, rows, reader(plan.tokens().reader(model)), plan.batches(model));
    this.plan = plan;
  }

  private static Function<InputRow, Rejectable<RowTokens>> reader(
      Function<Object, Rejectable<RowTokens>> tokens) {
    return row -> tokens.apply(row.payload()[0]);
  }

  static ScoreTask start(ScoringPlan plan, TaskOutputs outputs, Iterator<InputRow> rows) {
    ScoreTask task = new ScoreTask(plan, outputs, rows, ExecutorModels.get(plan.model()));
    outputs.kernels().add(plan.model().kernels());
    return task;
  }

  @Override
  protected int tokens(ScoredRow scored) {
    return scored.tokenCount();
  }

  @Override
  protected Row output(InputRow row, ScoredRow scored) {
    List<Object> values = new ArrayList<>();
    values.add(scored.tokenCount());
    values.add(scored.logLikelihood());
    values.add(scored.tokenCount() == 1 ? null : scored.perplexity());
    if (plan.tokenLogProbabilities()) {
      values.add(scored.logProbabilities());
    }
    if (plan.nextTokens() > 0) {
      values.add(
          scored.nextTokens().stream()
              .map(token -> RowFactory.create(token.id(), token.logProbability()))
              .toArray(Row[]::new));
    }
    return extended(row, values.toArray());
  }
}
