package io.heed.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;

/**
 * The type that holds every value of two others exactly and that Spark reads files of both as. It
 * does not depend on their order.
 */
final class WidestType {
  private static final int MAX_DIGITS = 38;

  private WidestType() {}

  /** Of two plain types; empty where there is none. */
  static Optional<DataType> of(DataType one, DataType other) {
    if (one.equals(other) || other instanceof NullType) {
      return Optional.of(one);
    }
    if (one instanceof NullType) {
      return Optional.of(other);
    }
    if (one instanceof StructType a && other instanceof StructType b) {
      return ofStructs(a, b).map(struct -> struct);
    }
    if (one instanceof ArrayType a && other instanceof ArrayType b) {
      return ofInner(a.elementType(), b.elementType())
          .map(element -> DataTypes.createArrayType(element, true));
    }
    if (one instanceof MapType a && other instanceof MapType b) {
      return ofInner(a.keyType(), b.keyType())
          .flatMap(
              key ->
                  ofInner(a.valueType(), b.valueType())
                      .map(value -> DataTypes.createMapType(key, value, true)));
    }
    return ofLeaves(one, other).or(() -> ofLeaves(other, one));
  }

  /** What is null everywhere is read as null, but not inside other values. */
  private static Optional<DataType> ofInner(DataType one, DataType other) {
    return one instanceof NullType ^ other instanceof NullType ? Optional.empty() : of(one, other);
  }

  /** All fields of both, those of the first before others. */
  private static Optional<StructType> ofStructs(StructType one, StructType other) {
    List<StructField> fields = new ArrayList<>();
    List<String> names = List.of(one.fieldNames());
    List<String> others = List.of(other.fieldNames());
    for (StructField field : one.fields()) {
      DataType type = field.dataType();
      if (others.contains(field.name())) {
        Optional<DataType> widest = ofInner(type, other.apply(field.name()).dataType());
        if (widest.isEmpty()) {
          return Optional.empty();
        }
        type = widest.get();
      }
      fields.add(TypeTree.field(field.name(), type));
    }
    for (StructField field : other.fields()) {
      if (!names.contains(field.name())) {
        fields.add(field);
      }
    }
    return Optional.of(new StructType(fields.toArray(StructField[]::new)));
  }

  private static Optional<DataType> ofLeaves(DataType one, DataType other) {
    int digits = digits(one);
    if (digits > 0 && digits(other) > 0) {
      return Optional.of(one.defaultSize() > other.defaultSize() ? one : other);
    }
    if (one instanceof DecimalType a && (other instanceof DecimalType || digits(other) > 0)) {
      int scale = Math.max(a.scale(), other instanceof DecimalType b ? b.scale() : 0);
      int whole = other instanceof DecimalType b ? b.precision() - b.scale() : digits(other);
      int precision = Math.max(a.precision() - a.scale(), whole) + scale;
      return precision > MAX_DIGITS
          ? Optional.empty()
          : Optional.of(DataTypes.createDecimalType(precision, scale));
    }
    if (one instanceof DoubleType && (other instanceof FloatType || isSmallWhole(other))
        || one instanceof FloatType && isSmallWhole(other)) {
      return Optional.of(DataTypes.DoubleType);
    }
    if (one instanceof DateType && other instanceof TimestampNTZType) {
      return Optional.of(other);
    }
    return Optional.empty();
  }

  /** Whole numbers that a double holds exactly and that Spark reads as one. */
  private static boolean isSmallWhole(DataType type) {
    return digits(type) > 0 && !(type instanceof LongType);
  }

  /** Digits before the point of the decimals that Spark reads such numbers as, 0 for others. */
  private static int digits(DataType type) {
    if (type instanceof ByteType || type instanceof ShortType || type instanceof IntegerType) {
      return 10;
    }
    return type instanceof LongType ? 20 : 0;
  }
}
