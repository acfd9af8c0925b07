package io.heed.regression;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchLimits;
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
    return BatchedComputation.of(
        new Batches(features, pooler),
        row -> features.read(row, pooler.dimensions()),
        prediction -> new Object[] {prediction});
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
}
