package io.heed.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Readers of ids that refuse what their type would round: two ids that differ in the input are
 * never one. Other columns may be rounded as everywhere.
 */
final class ExactId {
  /** A fraction of a second with a digit below the microsecond. */
  private static final Pattern BELOW_MICROSECOND = Pattern.compile("[.,]\\d{6}\\d*[1-9]");

  /** What follows the time of day: {@code Z} or hours and minutes. */
  private static final Pattern OFFSET =
      Pattern.compile("[Tt ].*(?:[Zz]|[+-]\\d{2}(?::?\\d{2}){0,2})$");

  private ExactId() {}

  static JsonValue of(JsonValue reader, DataType type) {
    return node -> {
      Object id = reader.read(node);
      require(node, type);
      return id;
    };
  }

  static CsvValue of(CsvValue reader, DataType type) {
    return cell -> {
      Object id = reader.read(cell);
      if (isTime(type)) {
        requireExactTime(cell, type);
      } else if (id instanceof Double || id instanceof Float) {
        requireAllDigits((Number) id, cell, type);
      }
      return id;
    };
  }

  private static void require(JsonNode node, DataType type) throws WrongTypeException {
    if (node.isNull() || node.isMissingNode()) {
      return;
    }
    if (type instanceof DoubleType && node.isNumber()) {
      requireAllDigits(node.doubleValue(), node.asText(), type);
    } else if (type instanceof FloatType && node.isNumber()) {
      requireAllDigits(node.floatValue(), node.asText(), type);
    } else if (isTime(type)) {
      requireExactTime(node.asText(), type);
    } else if (type instanceof ArrayType array) {
      for (JsonNode element : node) {
        require(element, array.elementType());
      }
    } else if (type instanceof MapType map) {
      for (JsonNode value : node) {
        require(value, map.valueType());
      }
    } else if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        require(node.path(field.name()), field.dataType());
      }
    }
  }

  private static boolean isTime(DataType type) {
    return type instanceof TimestampType || type instanceof TimestampNTZType;
  }

  private static void requireExactTime(String text, DataType type) throws WrongTypeException {
    if (BELOW_MICROSECOND.matcher(text).find()) {
      throw WrongTypeException.rounded(text, type);
    }
    boolean hasOffset = OFFSET.matcher(text).find();
    if (hasOffset != type instanceof TimestampType) {
      throw WrongTypeException.ofZone(text, type);
    }
  }

  /** A number is what it reads as, written as briefly as that allows, or to its last digit. */
  private static void requireAllDigits(Number read, String text, DataType type)
      throws WrongTypeException {
    if (!Double.isFinite(read.doubleValue())) {
      return;
    }
    BigDecimal written = new BigDecimal(text);
    if (written.stripTrailingZeros().precision() <= (read instanceof Float ? 6 : 15)) {
      return; // which any number of this type holds
    }
    boolean isWhole =
        written.compareTo(new BigDecimal(read.toString())) == 0
            || written.compareTo(new BigDecimal(read.doubleValue())) == 0;
    if (!isWhole) {
      throw WrongTypeException.rounded(text, type);
    }
  }
}
