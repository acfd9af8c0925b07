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
        requireMicroseconds(cell, type);
      } else if (id instanceof Double || id instanceof Float) {
        requireAllDigits((Number) id, cell, type);
      }
      return id;
    };
  }

  private static void require(JsonNode node, DataType type) throws WrongTypeException {
    if (type instanceof DoubleType && node.isNumber()) {
      requireAllDigits(node.doubleValue(), node.asText(), type);
    } else if (type instanceof FloatType && node.isNumber()) {
      requireAllDigits(node.floatValue(), node.asText(), type);
    } else if (isTime(type)) {
      requireMicroseconds(node.asText(), type);
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

  private static void requireMicroseconds(String text, DataType type) throws WrongTypeException {
    if (BELOW_MICROSECOND.matcher(text).find()) {
      throw WrongTypeException.rounded(text, type);
    }
  }

  /** A number is what it reads as, written as briefly as that allows, or to its last digit. */
  private static void requireAllDigits(Number read, String text, DataType type)
      throws WrongTypeException {
    if (!Double.isFinite(read.doubleValue())) {
      return;
    }
    BigDecimal written = new BigDecimal(text);
    boolean isWhole =
        written.compareTo(new BigDecimal(read.toString())) == 0
            || written.compareTo(new BigDecimal(read.doubleValue())) == 0;
    if (!isWhole) {
      throw WrongTypeException.rounded(text, type);
    }
  }
}
