package io.heed.regression;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** Reads the features of rows from a column of vectors, of numbers, or of arrays of numbers. */
record FeatureColumn(String name, int index, Kind kind) implements Serializable {
  private static final long serialVersionUID = 1;

  /** A sparse vector may claim to be of any length, whatever it holds. */
  private static final int MOST_FEATURES = 1 << 24;

  private enum Kind {
    VECTOR,
    NUMBER,
    ARRAY
  }

  /**
   * The column of a schema.
   *
   * @throws RegressionException where there is none, or of another type
   */
  static FeatureColumn of(StructType schema, String name) {
    DataType type = typeOf(schema, name);
    int index = schema.fieldIndex(name);
    if (type.equals(SQLDataTypes.VectorType())) {
      return new FeatureColumn(name, index, Kind.VECTOR);
    }
    if (type instanceof NumericType) {
      return new FeatureColumn(name, index, Kind.NUMBER);
    }
    if (type instanceof ArrayType array && array.elementType() instanceof NumericType) {
      return new FeatureColumn(name, index, Kind.ARRAY);
    }
    throw new RegressionException(
        String.format(
            Locale.ROOT,
            "featuresCol %s is of type %s; it has to be a vector, a number or an array of numbers",
            name,
            type.catalogString()));
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

  /**
   * The features of a row.
   *
   * @throws RegressionException where one is null or not finite
   */
  double[] read(Row row) {
    if (row.isNullAt(index)) {
      throw new RegressionException(String.format(Locale.ROOT, "%s is null in a row", name));
    }
    double[] features =
        switch (kind) {
          case VECTOR -> numbers((Vector) row.get(index));
          case NUMBER -> new double[] {((Number) row.get(index)).doubleValue()};
          case ARRAY -> numbers(row.getList(index));
        };
    if (features.length == 0) {
      throw new RegressionException(String.format(Locale.ROOT, "%s is empty in a row", name));
    }
    for (int i = 0; i < features.length; i++) {
      if (!Double.isFinite(features[i])) {
        throw new RegressionException(
            String.format(
                Locale.ROOT, "%s holds %s at position %d in a row", name, features[i], i));
      }
      features[i] += 0.0; // −0 becomes 0, so that equal keys have equal bits
    }
    return features;
  }

  /** With the zeros that a sparse vector leaves out. */
  private double[] numbers(Vector vector) {
    if (vector.size() > MOST_FEATURES) {
      throw new RegressionException(
          String.format(
              Locale.ROOT,
              "%s holds a vector of %d values in a row, more than %d",
              name,
              vector.size(),
              MOST_FEATURES));
    }
    return vector.toArray().clone();
  }

  private double[] numbers(List<?> values) {
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(values.get(i) instanceof Number number)) {
        throw new RegressionException(
            String.format(Locale.ROOT, "%s holds null at position %d in a row", name, i));
      }
      numbers[i] = number.doubleValue();
    }
    return numbers;
  }
}
