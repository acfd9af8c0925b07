package io.heed.spark;

import io.heed.engine.AttentionBatches;
import io.heed.engine.AttentionEngine;
import io.heed.engine.AttentionEngine.Result;
import io.heed.engine.AttentionRow;
import io.heed.engine.AttentionSequence;
import io.heed.engine.AttentionSequence.Tokens;
import io.heed.engine.AttentionSequence.Vectors;
import io.heed.engine.BatchComputation;
import io.heed.engine.GivenAttentionBatches;
import io.heed.input.InputRow;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.InputLayer;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.spark.AttentionPlan.First;
import io.heed.spark.AttentionPlan.Payload;
import io.heed.spark.AttentionPlan.TokenInput;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** One task attempt of {@link AttendPartitions}. Not thread-safe. */
final class AttendTask extends RowTask<Result> {

  private final AttentionPlan plan;

  private AttendTask(
      AttentionPlan plan,
      TaskOutputs outputs,
      Iterator<InputRow> rows,
      BatchComputation<AttentionRow, Result> computation) {
    super(outputs, rows, row -> input(row, plan), computation);
    this.plan = plan;
  }

  static AttendTask start(AttentionPlan plan, TaskOutputs outputs, Iterator<InputRow> rows) {
    KernelProvider.requireDenormals();
    KernelProvider.Choice choice = ExecutorModels.kernels(plan.kernel());
    outputs.kernels().add(KernelUse.of(choice));
    return new AttendTask(plan, outputs, rows, computation(plan, choice.kernels()));
  }

  private static BatchComputation<AttentionRow, Result> computation(
      AttentionPlan plan, Kernels kernels) {
    if (plan.payload().first() == First.WEIGHTS) {
      return new GivenAttentionBatches(kernels, plan.batchVectors());
    }
    Optional<InputLayer> input =
        Optional.ofNullable(plan.input()).map(tokens -> ExecutorInputLayers.get(tokens, kernels));
    return new AttentionBatches(
        new AttentionEngine(input, ExecutorLayers.get(plan, kernels), kernels, plan.options()),
        plan.batchVectors());
  }

  private static Rejectable<AttentionRow> input(InputRow row, AttentionPlan plan) {
    Object[] values = row.payload();
    Payload payload = plan.payload();
    AttentionSequence queries = queries(values[0], plan.input());
    AttentionSequence context =
        payload.context() < 0 ? queries : new Vectors((float[][]) values[payload.context()]);
    long key = RowKey.of(row.id());
    if (payload.mask() < 0) {
      return Rejectable.of(new AttentionRow(queries, context, Optional.empty(), key));
    }
    int[][] mask = (int[][]) values[payload.mask()];
    return mask == null
        ? Rejectable.rejected(Reason.NULL_MASK, "the mask is null")
        : Rejectable.of(new AttentionRow(queries, context, Optional.of(mask), key));
  }

  private static AttentionSequence queries(Object value, TokenInput input) {
    return input == null
        ? new Vectors((float[][]) value)
        : new Tokens((int[]) value, input.vocabulary(), input.width());
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
