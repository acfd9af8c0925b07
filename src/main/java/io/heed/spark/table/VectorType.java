package io.heed.spark.table;

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
    public DataType type() {
      return DataTypes.createArrayType(DataTypes.FloatType, false);
    }

    @Override
    public Object value(float[] vector) {
      return vector;
    }

    @Override
    public Object values(float[][] vectors) {
      return vectors;
    }
  },

  /** Spark ML's {@code vector}, which its stages take: the same numbers, as doubles. */
  VECTOR {
    @Override
    public DataType type() {
      return SQLDataTypes.VectorType();
    }

    @Override
    public Object value(float[] vector) {
      double[] values = new double[vector.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = vector[i];
      }
      return Vectors.dense(values);
    }

    @Override
    public Object values(float[][] vectors) {
      return Arrays.stream(vectors).map(this::value).toArray(Vector[]::new);
    }
  };

  /** The type of one vector. */
  public abstract DataType type();

  /** The type of a row's several vectors. */
  public DataType severalType() {
    return DataTypes.createArrayType(type(), false);
  }

  /** A vector as Spark takes it for {@link #type}. */
  public abstract Object value(float[] vector);

  /** Vectors as Spark takes them for {@link #severalType}. */
  public abstract Object values(float[][] vectors);
}
