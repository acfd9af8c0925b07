package io.heed.input;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** What a job computes from, and the Java type in which it comes. */
public sealed interface PayloadType extends Serializable {
  /** A {@code String}; numbers and other values are not turned into text. */
  PayloadType TEXT = Plain.TEXT;

  /** An {@code int[]}; every element an integer in the range of an int, none null. */
  PayloadType TOKEN_IDS = Plain.TOKEN_IDS;

  /**
   * A {@code float[][]}, one array per vector: numbers that are finite as float32, none null.
   * Vectors of different lengths are the job's to refuse. A vector may be one of Spark ML.
   */
  PayloadType VECTORS = Plain.VECTORS;

  /**
   * An {@code int[][]}, one array per row: every value an integer in the range of an int, none
   * null. Rows of different lengths are the job's to refuse.
   */
  PayloadType MASK = Plain.MASK;

  /** A {@code Double}, finite unless it comes from Parquet. */
  PayloadType NUMBER = Plain.NUMBER;

  /**
   * A {@code double[]}: of one number, of an array of numbers, or of a vector of Spark ML; finite
   * unless it comes from Parquet.
   */
  PayloadType FEATURES = Plain.FEATURES;

  /** The column type that this payload is read from, for messages. */
  String description();

  /** Whether a column of a typed source, or a declared column, can hold this payload. */
  boolean readableFrom(DataType type);

  /** What stands behind the constants above. */
  enum Plain implements PayloadType {
    TEXT("string"),
    TOKEN_IDS("array<int>"),
    VECTORS("array<array<float>>"),
    MASK("array<array<int>>"),
    NUMBER("double"),
    FEATURES("a number, an array of numbers or a vector");

    private final String description;

    Plain(String description) {
      this.description = description;
    }

    @Override
    public String description() {
      return description;
    }

    @Override
    public boolean readableFrom(DataType type) {
      return switch (this) {
        case TEXT -> type instanceof StringType;
        case TOKEN_IDS -> type instanceof ArrayType array && isInteger(array.elementType());
        case VECTORS ->
            nested(type).filter(number -> isInteger(number) || isFraction(number)).isPresent()
                || type instanceof ArrayType array
                    && array.elementType().equals(SQLDataTypes.VectorType());
        case MASK -> nested(type).filter(Plain::isInteger).isPresent();
        case NUMBER -> type instanceof NumericType;
        case FEATURES ->
            type instanceof NumericType
                || type instanceof ArrayType array && array.elementType() instanceof NumericType
                || type.equals(SQLDataTypes.VectorType());
      };
    }

    /** The type of the values in an array of arrays. */
    private static Optional<DataType> nested(DataType type) {
      return type instanceof ArrayType outer && outer.elementType() instanceof ArrayType inner
          ? Optional.of(inner.elementType())
          : Optional.empty();
    }

    private static boolean isFraction(DataType type) {
      return type instanceof FloatType || type instanceof DoubleType;
    }

    private static boolean isInteger(DataType type) {
      return type instanceof ByteType
          || type instanceof ShortType
          || type instanceof IntegerType
          || type instanceof LongType;
    }
  }

  /**
   * A {@code double[][]}, the numbers of some fields for each struct of an array; none null, finite
   * unless they come from Parquet. Other fields of the structs are not read.
   *
   * @param noun what messages call a struct
   * @param fields in the order of the numbers
   */
  record Records(String noun, List<String> fields) implements PayloadType {
    public Records {
      Objects.requireNonNull(noun, "noun");
      if (fields.isEmpty()) {
        throw new IllegalArgumentException("a record has no field");
      }
      fields = List.copyOf(fields);
    }

    @Override
    public String description() {
      return "array<struct<" + String.join(",", fields) + ">> of numbers";
    }

    @Override
    public boolean readableFrom(DataType type) {
      return type instanceof ArrayType array
          && array.elementType() instanceof StructType struct
          && fields.stream().allMatch(field -> hasNumber(struct, field));
    }

    private static boolean hasNumber(StructType struct, String field) {
      return List.of(struct.fieldNames()).contains(field)
          && struct.apply(field).dataType() instanceof NumericType;
    }
  }
}
