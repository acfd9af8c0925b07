package io.heed.regression;

import io.heed.input.Column;
import io.heed.input.Columns;
import io.heed.input.PayloadType;
import io.heed.input.RowValues;
import io.heed.input.SparkRows;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import java.util.Locale;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Features that stand together in one column of a Dataset: of vectors, of numbers, or of arrays of
 * numbers.
 */
record FeatureColumn(Column<double[]> column) implements FeatureReader {
  private static final long serialVersionUID = 1;

  /**
   * The column of a schema, among those that are read.
   *
   * @throws RegressionException where there is none, or of another type
   */
  static FeatureColumn of(StructType schema, String name, Columns columns) {
    DataType type = typeOf(schema, name);
    if (!SparkRows.readable(schema, name, PayloadType.FEATURES)) {
      throw new RegressionException(
          String.format(
              Locale.ROOT,
              "featuresCol %s is of type %s; it has to be a vector, a number or an array of numbers",
              name,
              type.catalogString()));
    }
    return new FeatureColumn(columns.features(name));
  }

  static DataType typeOf(StructType schema, String name) {
    if (schema.getFieldIndex(name).isEmpty()) {
      throw new RegressionException(
          String.format(
              Locale.ROOT,
              "there is no column %s; there are %s",
              name,
              String.join(", ", schema.fieldNames())));
    }
    return schema.apply(name).dataType();
  }

  /** The features of a row, however many, or why it has none. */
  Rejectable<double[]> read(RowValues row) {
    double[] features = column.of(row);
    if (features == null) {
      return rejected(Reason.NULL_FEATURES, "%s is null in a row", column.name());
    }
    if (features.length == 0) {
      return rejected(Reason.WRONG_SIZE, "%s is empty in a row", column.name());
    }
    for (int i = 0; i < features.length; i++) {
      if (!Double.isFinite(features[i])) {
        return rejected(
            Reason.NON_FINITE,
            "%s holds %s at position %d in a row",
            column.name(),
            features[i],
            i);
      }
    }
    return Rejectable.of(features);
  }

  @Override
  public Rejectable<double[]> read(RowValues row, int size) {
    return read(row)
        .then(
            features ->
                features.length == size
                    ? Rejectable.of(features)
                    : rejected(
                        Reason.WRONG_SIZE,
                        "a query has %d features, and the model was fitted on %d",
                        features.length,
                        size));
  }

  @Override
  public String tooLarge(double prediction) {
    return String.format(
        Locale.ROOT, "a prediction is %s; the features or labels are too large", prediction);
  }

  private static Rejectable<double[]> rejected(Reason reason, String rule, Object... values) {
    return Rejectable.rejected(reason, String.format(Locale.ROOT, rule, values));
  }
}
