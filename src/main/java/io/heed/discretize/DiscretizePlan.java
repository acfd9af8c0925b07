package io.heed.discretize;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchLimits;
import io.heed.input.Column;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarSeries;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of price bars to token ids.
 *
 * @param bins makes the tokens
 */
record DiscretizePlan(Column<double[][]> bars, Bins bins) implements RowTransform<int[]> {
  private static final int BATCH_TOKENS = 1 << 16;

  /** What makes tokens of the bars of a row. */
  sealed interface Bins extends Serializable {
    int[] tokens(BarSeries row);
  }

  /** Bins that were fitted. */
  record Fitted(BarDiscretizer discretizer) implements Bins {
    @Override
    public int[] tokens(BarSeries row) {
      return discretizer.tokens(row);
    }
  }

  /** None, for a table of which every row is rejected. */
  record NoBins() implements Bins {
    @Override
    public int[] tokens(BarSeries row) {
      throw new IllegalStateException("a row can be used that no bins were fitted to");
    }
  }

  static StructType columns() {
    return new StructType()
        .add("token_ids", DataTypes.createArrayType(DataTypes.IntegerType, false), false);
  }

  @Override
  public StructType added() {
    return columns();
  }

  @Override
  public TaskComputation<int[]> open() {
    return new Computation(bars, bins);
  }

  private record Batches(Bins bins) implements BatchComputation<BarSeries, int[]> {

    @Override
    public BatchLimits<BarSeries> limits() {
      return BatchLimits.of(BarSeries::tokens, BATCH_TOKENS);
    }

    @Override
    public List<Rejectable<int[]>> compute(List<BarSeries> rows) {
      return rows.stream().map(row -> Rejectable.of(bins.tokens(row))).toList();
    }
  }

  /** Makes tokens of the rows of one task. */
  private static final class Computation extends BatchedComputation<BarSeries, int[]> {
    private final Column<double[][]> bars;

    Computation(Column<double[][]> bars, Bins bins) {
      super(new Batches(bins));
      this.bars = bars;
    }

    @Override
    protected Rejectable<BarSeries> read(RowValues row) {
      return BarSeries.of(bars.of(row));
    }

    @Override
    public int tokens(int[] ids) {
      return ids.length;
    }

    @Override
    public Object[] values(RowValues row, int[] ids) {
      return new Object[] {ids};
    }
  }
}
