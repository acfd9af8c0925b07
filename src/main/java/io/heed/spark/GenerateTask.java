package io.heed.spark;

import io.heed.engine.Continuation;
import io.heed.engine.GenerationStream;
import io.heed.engine.Prompt;
import io.heed.engine.RowTokens;
import io.heed.input.InputRow;
import io.heed.row.Rejectable;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarSeries;
import io.heed.spark.ExecutorModels.LoadedModel;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** One task attempt of {@link GeneratePartitions}. Not thread-safe. */
final class GenerateTask extends RowTask<Continuation> {
  private final GenerationPlan plan;

  private GenerateTask(
      GenerationPlan plan, TaskOutputs outputs, Iterator<InputRow> rows, LoadedModel model) {
    super(
        outputs,
        new GenerationStream<>(
            KilledTask.endsAtNextOf(rows),
            accepted(prompts(plan.tokens().reader(model))),
            InputRow::bytes,
            plan.engine(model)));
    this.plan = plan;
  }

  private static Function<InputRow, Rejectable<Prompt>> prompts(
      Function<Object, Rejectable<RowTokens>> tokens) {
    return row ->
        tokens
            .apply(row.payload()[0])
            .then(read -> Rejectable.of(new Prompt(read.ids(), RowKey.of(row.id()))));
  }

  static GenerateTask start(GenerationPlan plan, TaskOutputs outputs, Iterator<InputRow> rows) {
    GenerateTask task = new GenerateTask(plan, outputs, rows, ExecutorModels.get(plan.model()));
    outputs.kernels().add(plan.model().kernels());
    return task;
  }

  @Override
  protected int tokens(Continuation continuation) {
    return continuation.promptTokens() + continuation.ids().length;
  }

  /** The bars that the tokens stand for; a bar at the end that is not whole is left out. */
  private static Row[] bars(BarDiscretizer discretizer, InputRow row, Continuation continuation) {
    BarSeries prompt = BarSeries.of((double[][]) row.payload()[0]).value();
    return discretizer.bars(prompt.reference(), continuation.ids()).stream()
        .map(bar -> RowFactory.create(bar.open(), bar.high(), bar.low(), bar.close(), bar.volume()))
        .toArray(Row[]::new);
  }

  @Override
  protected Row output(InputRow row, Continuation continuation) {
    BarDiscretizer discretizer = plan.tokens().discretizer();
    String reason = continuation.finishReason().code();
    if (discretizer != null) {
      return extended(row, continuation.ids(), bars(discretizer, row, continuation), reason);
    }
    return plan.withText()
        ? extended(row, continuation.ids(), continuation.text(), reason)
        : extended(row, continuation.ids(), reason);
  }
}
