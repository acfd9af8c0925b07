package io.heed.attend;

import io.heed.engine.AttentionBatches;
import io.heed.engine.AttentionEngine;
import io.heed.engine.AttentionEngine.Result;
import io.heed.engine.AttentionOptions;
import io.heed.engine.AttentionRow;
import io.heed.engine.BatchComputation;
import io.heed.engine.GivenAttentionBatches;
import io.heed.input.RowValues;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.AttentionScore;
import io.heed.layer.InputLayer;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.row.Rejectable;
import io.heed.spark.executor.ExecutorModels;
import io.heed.spark.executor.KernelUse;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import io.heed.spark.table.VectorType;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of sequences to their contexts and attention weights.
 *
 * @param rows what rows hold
 * @param maps where the weights are
 * @param heads number of heads
 * @param score how queries and keys are compared
 * @param options everything else that is not a weight
 * @param vectorType how the context vectors stand in the output
 * @param batchVectors vectors that are computed together
 * @param kernel which kernels compute
 */
record AttendPlan(
    AttendRows rows,
    LayerMaps maps,
    int heads,
    AttentionScore.Form score,
    AttentionOptions options,
    VectorType vectorType,
    int batchVectors,
    KernelChoice kernel)
    implements RowTransform<Result> {

  /** Context, and attention where it is asked for. */
  @Override
  public StructType added() {
    return added(vectorType, options.weights());
  }

  static StructType added(VectorType vectorType, WeightsOut weights) {
    StructType added = new StructType().add("context", vectorType.severalType(), false);
    return weights == WeightsOut.GIVEN
        ? added.add("attention", arrays(arrays(arrays(DataTypes.FloatType))), false)
        : added;
  }

  private static DataType arrays(DataType element) {
    return DataTypes.createArrayType(element, false);
  }

  @Override
  public TaskComputation<Result> open() {
    KernelProvider.requireDenormals();
    KernelProvider.Choice choice = ExecutorModels.kernels(kernel);
    return new Computation(this, KernelUse.of(choice), batches(choice.kernels()));
  }

  private BatchComputation<AttentionRow, Result> batches(Kernels kernels) {
    if (rows.queries() instanceof AttendRows.Weights) {
      return new GivenAttentionBatches(kernels, batchVectors);
    }
    Optional<InputLayer> input =
        rows.queries() instanceof AttendRows.OfTokens tokens
            ? Optional.of(ExecutorInputLayers.get(tokens.input(), kernels))
            : Optional.empty();
    return new AttentionBatches(
        new AttentionEngine(
            input, ExecutorLayers.get(maps.file(), heads, score, kernels), kernels, options),
        batchVectors);
  }

  /** Attends for the rows of one task. */
  private static final class Computation extends BatchedComputation<AttentionRow, Result> {
    private final AttendPlan plan;
    private final KernelUse kernels;

    Computation(
        AttendPlan plan, KernelUse kernels, BatchComputation<AttentionRow, Result> batches) {
      super(batches);
      this.plan = plan;
      this.kernels = kernels;
    }

    @Override
    protected Rejectable<AttentionRow> read(RowValues row) {
      return plan.rows.read(row);
    }

    @Override
    public int tokens(Result result) {
      return result.context().length;
    }

    @Override
    public Object[] values(RowValues row, Result result) {
      Object context = plan.vectorType.values(result.context());
      return result.weights().isPresent()
          ? new Object[] {context, result.weights().get()}
          : new Object[] {context};
    }

    @Override
    public Optional<KernelUse> kernels() {
      return Optional.of(kernels);
    }
  }
}
