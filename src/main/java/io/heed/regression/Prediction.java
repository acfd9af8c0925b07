package io.heed.regression;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchLimits;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of features to predictions of a fitted model.
 *
 * @param features reads a row
 */
public record Prediction(FeatureReader features, Pooler pooler) implements RowTransform<Double> {
  static final String COLUMN = "prediction";

  /** The columns of the result, which no fit changes. */
  public static StructType columns() {
    return new StructType().add(COLUMN, DataTypes.DoubleType, false);
  }

  @Override
  public StructType added() {
    return columns();
  }

  @Override
  public TaskComputation<Double> open() {
    return new Computation(this);
  }

  private record Batches(FeatureReader features, Pooler pooler)
      implements BatchComputation<double[], Double> {

    @Override
    public BatchLimits<double[]> limits() {
      return BatchLimits.of(row -> 1, pooler.batch());
    }

    @Override
    public List<Rejectable<Double>> compute(List<double[]> queries) {
      double[] predictions = pooler.predict(queries.toArray(double[][]::new));
      return Arrays.stream(predictions).mapToObj(this::finite).toList();
    }

    private Rejectable<Double> finite(double prediction) {
      return Double.isFinite(prediction)
          ? Rejectable.of(prediction)
          : Rejectable.rejected(Reason.NON_FINITE, features.tooLarge(prediction));
    }
  }

  /** Predicts for the rows of one task. */
  private static final class Computation extends BatchedComputation<double[], Double> {
    private final Prediction plan;

    Computation(Prediction plan) {
      super(new Batches(plan.features, plan.pooler));
      this.plan = plan;
    }

    @Override
    protected Rejectable<double[]> read(RowValues row) {
      return plan.features.read(row, plan.pooler.dimensions());
    }

    @Override
    public Object[] values(RowValues row, Double prediction) {
      return new Object[] {prediction};
    }
  }
}
