package io.heed.attend;

import io.heed.value.CanonicalBytes;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Optional;
import org.apache.spark.sql.catalyst.util.CollationFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Which ids of two tables are one: those that Spark's own join takes for equal, by bytes that are
 * the same where the ids are.
 *
 * <p>Whole numbers and decimals of any width and scale are compared as numbers, floats and doubles
 * as doubles; a number of the first kind is one of the second where a double holds all its digits.
 * Strings are compared by their collation. All other types are compared with their like.
 */
final class JoinIds implements Serializable {
  private static final long serialVersionUID = 1;

  private enum Comparison {
    CANONICAL,
    AS_DOUBLES,
    COLLATED
  }

  private final Comparison comparison;
  private final int collation;

  private JoinIds(Comparison comparison, int collation) {
    this.comparison = comparison;
    this.collation = collation;
  }

  /** How ids of two types are compared; empty when they cannot be. */
  static Optional<JoinIds> of(DataType left, DataType right) {
    if (left instanceof StringType string && !string.supportsBinaryEquality()) {
      return left.equals(right)
          ? Optional.of(new JoinIds(Comparison.COLLATED, string.collationId()))
          : Optional.empty();
    }
    if (isExact(left) && isBinary(right) || isBinary(left) && isExact(right)) {
      return Optional.of(new JoinIds(Comparison.AS_DOUBLES, 0));
    }
    return alike(left, right)
        ? Optional.of(new JoinIds(Comparison.CANONICAL, 0))
        : Optional.empty();
  }

  private static boolean isExact(DataType type) {
    return type instanceof IntegralType || type instanceof DecimalType;
  }

  private static boolean isBinary(DataType type) {
    return type instanceof FloatType || type instanceof DoubleType;
  }

  /** Whether canonical bytes are equal where values of the types are. */
  private static boolean alike(DataType left, DataType right) {
    if (left instanceof StringType string) {
      return left.equals(right) && string.supportsBinaryEquality();
    }
    if (left instanceof ArrayType a && right instanceof ArrayType b) {
      return alike(a.elementType(), b.elementType());
    }
    if (left instanceof MapType a && right instanceof MapType b) {
      return alike(a.keyType(), b.keyType()) && alike(a.valueType(), b.valueType());
    }
    if (left instanceof StructType a && right instanceof StructType b) {
      return alike(a, b);
    }
    return left.equals(right)
        || isExact(left) && isExact(right)
        || isBinary(left) && isBinary(right)
        || left instanceof DayTimeIntervalType && right instanceof DayTimeIntervalType
        || left instanceof YearMonthIntervalType && right instanceof YearMonthIntervalType
        || isTime(left) && isTime(right);
  }

  /** By its name, for Spark 4.0 does not have the class. */
  private static boolean isTime(DataType type) {
    return type.typeName().startsWith("time(");
  }

  private static boolean alike(StructType left, StructType right) {
    boolean alike = left.length() == right.length();
    for (int i = 0; alike && i < left.length(); i++) {
      alike = alike(left.fields()[i].dataType(), right.fields()[i].dataType());
    }
    return alike;
  }

  /** Bytes that are equal for equal ids. */
  byte[] bytes(Object id) {
    return switch (comparison) {
      case CANONICAL -> CanonicalBytes.of(id);
      case AS_DOUBLES -> CanonicalBytes.of(asDouble(id));
      case COLLATED ->
          CollationFactory.getCollationKeyBytes(UTF8String.fromString((String) id), collation);
    };
  }

  /** A whole number or decimal as a double, where that has all of its digits; else itself. */
  private static Object asDouble(Object id) {
    if (id instanceof Double || id instanceof Float) {
      return id;
    }
    BigDecimal number =
        id instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(((Number) id).longValue());
    double nearest = number.doubleValue();
    boolean isWhole =
        number.compareTo(new BigDecimal(nearest)) == 0
            || number.compareTo(new BigDecimal(Double.toString(nearest))) == 0;
    return isWhole ? (Object) nearest : number;
  }
}
