package io.heed.input;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

/** What a job computes from, and the Java type in which it comes. */
public enum PayloadType {
  /** A {@code String}; numbers and other values are not turned into text. */
  TEXT("string"),
  /** An {@code int[]}; every element an integer in the range of an int, none null. */
  TOKEN_IDS("array<int>"),
  /** A {@code Double}, finite unless it comes from Parquet. */
  NUMBER("double"),
  /**
   * A {@code double[]}: of one number, of an array of numbers, or of a vector of Spark ML; finite
   * unless it comes from Parquet.
   */
  FEATURES("a number, an array of numbers or a vector");

  private final String description;

  PayloadType(String description) {
    this.description = description;
  }

  /** The column type that this payload is read from, for messages. */
  String description() {
    return description;
  }

  /** Whether a column of a typed source, or a declared column, can hold this payload. */
  boolean readableFrom(DataType type) {
    return switch (this) {
      case TEXT -> type instanceof StringType;
      case TOKEN_IDS -> type instanceof ArrayType array && isInteger(array.elementType());
      case NUMBER -> type instanceof NumericType;
      case FEATURES ->
          type instanceof NumericType
              || type instanceof ArrayType array && array.elementType() instanceof NumericType
              || type.equals(SQLDataTypes.VectorType());
    };
  }

  /** Whether it can be read from a cell of CSV, where the type is declared or not known. */
  boolean readableFromCell(DataType type) {
    return switch (this) {
      case TEXT -> type instanceof StringType;
      case TOKEN_IDS -> false;
      case NUMBER, FEATURES -> type instanceof NumericType || type instanceof StringType;
    };
  }

  private static boolean isInteger(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType;
  }
}
