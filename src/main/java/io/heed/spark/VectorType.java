package io.heed.spark;

import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** In what type a computed vector stands in a column. */
public enum VectorType {
  /** {@code array<float>}, the bits as they were computed. */
  ARRAY {
    @Override
    DataType type() {
      return DataTypes.createArrayType(DataTypes.FloatType, false);
    }

    @Override
    Object value(float[] vector) {
      return vector;
    }

    @Override
    Object values(float[][] vectors) {
      return vectors;
    }
  },

  /** Spark ML's {@code vector}, which its stages take: the same numbers, as doubles. */
  VECTOR {
    @Override
    DataType type() {
      return SQLDataTypes.VectorType();
    }

    @Override
    Object value(float[] vector) {
      double[] values = new double[vector.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = vector[i];
      }
      return Vectors.dense(values);
    }

    @Override
    Object values(float[][] vectors) {
      return Arrays.stream(vectors).map(this::value).toArray(Vector[]::new);
    }
  };

  /** The type of one vector. */
  abstract DataType type();

  /** The type of a row's several vectors. */
  DataType severalType() {
    return DataTypes.createArrayType(type(), false);
  }

  /** A vector as Spark takes it for {@link #type}. */
  abstract Object value(float[] vector);

  /** Vectors as Spark takes them for {@link #severalType}. */
  abstract Object values(float[][] vectors);
}
