package io.heed.input;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** Turns a cell that is not null into what a Spark row holds. Nothing is trimmed. */
@FunctionalInterface
interface CsvValue {
  Object read(String cell) throws WrongTypeException;

  /** The reader of a type; empty when a cell cannot hold it: arrays, structs, maps, binary. */
  static Optional<CsvValue> of(DataType type, TimeValues times) {
    if (type instanceof StringType) {
      return Optional.of(cell -> cell);
    }
    Parser parser = parser(type, times);
    return parser == null ? Optional.empty() : Optional.of(cell -> parse(cell, type, parser));
  }

  private static Parser parser(DataType type, TimeValues times) {
    if (type instanceof LongType) {
      return Long::valueOf;
    } else if (type instanceof IntegerType) {
      return Integer::valueOf;
    } else if (type instanceof ShortType) {
      return Short::valueOf;
    } else if (type instanceof ByteType) {
      return Byte::valueOf;
    } else if (type instanceof DoubleType) {
      return cell -> fraction(cell, decimal -> decimal.doubleValue());
    } else if (type instanceof FloatType) {
      return cell -> (float) fraction(cell, decimal -> decimal.floatValue());
    } else if (type instanceof DecimalType decimal) {
      return cell -> ExactDecimal.of(new BigDecimal(cell), decimal);
    } else if (type instanceof BooleanType) {
      return cell -> bool(cell);
    } else if (type instanceof DateType) {
      return times::date;
    } else if (type instanceof TimestampType) {
      return times::timestamp;
    } else if (type instanceof TimestampNTZType) {
      return times::localTimestamp;
    }
    return null;
  }

  /** Parses a cell that may hold something else. */
  @FunctionalInterface
  interface Parser {
    Object parse(String cell) throws WrongTypeException, NumberFormatException, DateTimeException;
  }

  private static Object parse(String cell, DataType type, Parser parser) throws WrongTypeException {
    try {
      if (cell.length() > ExactDecimal.MAX_CHARACTERS) {
        throw new NumberFormatException("longer than any number");
      }
      return parser.parse(cell);
    } catch (NumberFormatException | DateTimeException e) {
      throw WrongTypeException.of('"' + cell + '"', type);
    }
  }

  /** NaN or an infinity only where the cell says so, not for a number that is too large. */
  private static double fraction(String cell, ToDoubleFunction<BigDecimal> rounding) {
    OptionalDouble nonFinite = NonFiniteText.parse(cell);
    if (nonFinite.isPresent()) {
      return nonFinite.getAsDouble();
    }
    double value = rounding.applyAsDouble(new BigDecimal(cell));
    if (!Double.isFinite(value)) {
      throw new NumberFormatException(cell);
    }
    return value;
  }

  private static Boolean bool(String cell) throws WrongTypeException {
    if (cell.equalsIgnoreCase("true") || cell.equalsIgnoreCase("false")) {
      return Boolean.valueOf(cell);
    }
    throw WrongTypeException.of('"' + cell + '"', "boolean");
  }
}
