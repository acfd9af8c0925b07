package io.heed.spark;

import io.heed.engine.AttentionEngine;
import io.heed.engine.AttentionEngine.Result;
import io.heed.engine.AttentionRow;
import io.heed.engine.AttentionStream;
import io.heed.engine.AttentionStream.Input;
import io.heed.engine.AttentionStream.Outcome;
import io.heed.input.InputRow;
import io.heed.kernel.KernelProvider;
import io.heed.row.Rejection;
import io.heed.spark.AttentionPlan.Payload;
import java.util.Iterator;
import java.util.Optional;

/** One task attempt of {@link AttendPartitions}. Not thread-safe. */
final class AttendTask extends RowTask<Outcome<InputRow>> {

  private AttendTask(TaskOutputs outputs, AttentionStream<InputRow> outcomes) {
    super(outputs, outcomes, outcomes::computeNanos);
  }

  static AttendTask start(AttentionPlan plan, TaskOutputs outputs, Iterator<InputRow> rows) {
    AttentionEngine engine =
        new AttentionEngine(ExecutorLayers.get(plan), plan.order(), plan.weights());
    KernelProvider.Choice choice = ExecutorModels.kernels(plan.kernel());
    outputs.kernels().add(choice.kernels().name() + ": " + choice.reason());
    return new AttendTask(
        outputs,
        new AttentionStream<>(
            KilledTask.endsAtNextOf(rows),
            row -> input(row, plan.payload()),
            engine,
            plan.batchVectors()));
  }

  private static Input input(InputRow row, Payload payload) {
    if (row.rejection().isPresent()) {
      return new Input.Rejected(row.rejection().get());
    }
    Object[] values = row.payload();
    float[][] queries = (float[][]) values[0];
    float[][] context = payload.context() < 0 ? queries : (float[][]) values[payload.context()];
    Optional<int[][]> mask =
        payload.mask() < 0 ? Optional.empty() : Optional.of(mask(values[payload.mask()]));
    return new Input.Row(new AttentionRow(queries, context, mask));
  }

  /** A mask that is null has no rows, and fits no query. */
  private static int[][] mask(Object value) {
    return value == null ? new int[0][] : (int[][]) value;
  }

  @Override
  InputRow row(Outcome<InputRow> outcome) {
    return outcome.item();
  }

  @Override
  Optional<Rejection> rejection(Outcome<InputRow> outcome) {
    return outcome.rejection();
  }

  @Override
  int tokens(Outcome<InputRow> outcome) {
    return outcome.vectors();
  }

  @Override
  boolean truncated(Outcome<InputRow> outcome) {
    return false;
  }

  @Override
  Object[] results(Outcome<InputRow> outcome) {
    Result result = outcome.result().orElseThrow();
    return result.weights().isPresent()
        ? new Object[] {result.context(), result.weights().get()}
        : new Object[] {result.context()};
  }
}
