package io.heed.spark;

import io.heed.engine.AttentionBatches;
import io.heed.engine.AttentionEngine;
import io.heed.engine.AttentionEngine.Result;
import io.heed.engine.AttentionRow;
import io.heed.input.InputRow;
import io.heed.kernel.KernelProvider;
import io.heed.model.MultiHeadAttention;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.spark.AttentionPlan.Payload;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** One task attempt of {@link AttendPartitions}. Not thread-safe. */
final class AttendTask extends RowTask<Result> {

  private final AttentionPlan plan;

  private AttendTask(
      AttentionPlan plan, TaskOutputs outputs, Iterator<InputRow> rows, AttentionEngine engine) {
    super(
        outputs,
        rows,
        row -> input(row.payload(), plan.payload()),
        new AttentionBatches(engine, plan.batchVectors()));
    this.plan = plan;
  }

  static AttendTask start(AttentionPlan plan, TaskOutputs outputs, Iterator<InputRow> rows) {
    MultiHeadAttention layer = ExecutorLayers.get(plan);
    KernelProvider.Choice choice = ExecutorModels.kernels(plan.kernel());
    outputs.kernels().add(choice.told());
    return new AttendTask(
        plan,
        outputs,
        rows,
        new AttentionEngine(layer, choice.kernels(), plan.order(), plan.weights()));
  }

  private static Rejectable<AttentionRow> input(Object[] values, Payload payload) {
    float[][] queries = (float[][]) values[0];
    float[][] context = payload.context() < 0 ? queries : (float[][]) values[payload.context()];
    if (payload.mask() < 0) {
      return Rejectable.of(new AttentionRow(queries, context, Optional.empty()));
    }
    int[][] mask = (int[][]) values[payload.mask()];
    return mask == null
        ? Rejectable.rejected(Reason.NULL_MASK, "the mask is null")
        : Rejectable.of(new AttentionRow(queries, context, Optional.of(mask)));
  }

  @Override
  protected int tokens(Result result) {
    return result.context().length;
  }

  @Override
  protected Row output(InputRow row, Result result) {
    Object context = plan.vectorType().values(result.context());
    return result.weights().isPresent()
        ? extended(row, context, result.weights().get())
        : extended(row, context);
  }
}
