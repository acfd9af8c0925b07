package io.heed.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import scala.collection.immutable.ArraySeq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Turns a JSON value that is not null into what a Spark {@link Row} holds. Only widening is done
 * silently: an integer is read into a fraction's column, not the other way round. In a string's
 * column what is no string becomes its JSON text.
 */
@FunctionalInterface
interface JsonValue {
  Object read(JsonNode node) throws WrongTypeException;

  /** The reader of a payload. */
  static JsonValue of(PayloadType type) {
    return node -> JsonPayload.READER.read(node, type);
  }

  /**
   * The reader of a kept column or an id; empty when JSON cannot hold the type: JSON is read into
   * strings, numbers, booleans, dates, timestamps, arrays, structs and maps with string keys.
   */
  static Optional<JsonValue> of(DataType type, TimeValues times) {
    if (type instanceof ArrayType array) {
      return of(array.elementType(), times).map(element -> node -> array(node, array, element));
    } else if (type instanceof MapType map) {
      return map.keyType() instanceof StringType
          ? of(map.valueType(), times).map(value -> node -> map(node, map, value))
          : Optional.empty();
    } else if (type instanceof StructType struct) {
      return struct(struct, times);
    }
    return scalar(type, times);
  }

  private static Optional<JsonValue> scalar(DataType type, TimeValues times) {
    JsonValue value = null;
    if (type instanceof StringType) {
      value = node -> node.isTextual() ? node.textValue() : JsonObjects.text(node);
    } else if (type instanceof BooleanType) {
      value = node -> require(node, node.isBoolean(), type).booleanValue();
    } else if (type instanceof LongType) {
      value = node -> integer(node, Long.MIN_VALUE, Long.MAX_VALUE, type);
    } else if (type instanceof IntegerType) {
      value = node -> (int) integer(node, Integer.MIN_VALUE, Integer.MAX_VALUE, type);
    } else if (type instanceof ShortType) {
      value = node -> (short) integer(node, Short.MIN_VALUE, Short.MAX_VALUE, type);
    } else if (type instanceof ByteType) {
      value = node -> (byte) integer(node, Byte.MIN_VALUE, Byte.MAX_VALUE, type);
    } else if (type instanceof DoubleType) {
      value = node -> fraction(node, type, JsonNode::doubleValue);
    } else if (type instanceof FloatType) {
      value = node -> (float) fraction(node, type, JsonNode::floatValue);
    } else if (type instanceof DecimalType decimal) {
      value = node -> ExactDecimal.of(require(node, isExact(node), type).decimalValue(), decimal);
    } else if (type instanceof DateType) {
      value = node -> time(node, type, times::date);
    } else if (type instanceof TimestampType) {
      value = node -> time(node, type, times::timestamp);
    } else if (type instanceof TimestampNTZType) {
      value = node -> time(node, type, times::localTimestamp);
    }
    return Optional.ofNullable(value);
  }

  private static JsonNode require(JsonNode node, boolean fits, DataType type)
      throws WrongTypeException {
    if (!fits) {
      throw WrongTypeException.of(node, type);
    }
    return node;
  }

  private static long integer(JsonNode node, long least, long most, DataType type)
      throws WrongTypeException {
    boolean isLong = node.isIntegralNumber() && node.canConvertToLong();
    boolean fits = isLong && node.longValue() >= least && node.longValue() <= most;
    return require(node, fits, type).longValue();
  }

  /** NaN or an infinity only where the value says so, not for a number that is too large. */
  private static double fraction(JsonNode node, DataType type, ToDoubleFunction<JsonNode> rounding)
      throws WrongTypeException {
    if (node.isTextual()) {
      OptionalDouble nonFinite = NonFiniteText.parse(node.textValue());
      return nonFinite.orElseThrow(() -> WrongTypeException.of(node, type));
    }
    double value = rounding.applyAsDouble(require(node, node.isNumber(), type));
    require(node, Double.isFinite(value) || !isExact(node), type);
    return value;
  }

  /**
   * Whether a node is a number, and not one that is not finite, which alone is held as a double.
   */
  private static boolean isExact(JsonNode node) {
    return node.isNumber() && !node.isDouble();
  }

  /** A time from its text. */
  @FunctionalInterface
  interface TimeParser {
    Object parse(String text) throws DateTimeException;
  }

  private static Object time(JsonNode node, DataType type, TimeParser parser)
      throws WrongTypeException {
    try {
      return parser.parse(require(node, node.isTextual(), type).textValue());
    } catch (DateTimeException e) {
      throw WrongTypeException.of(node, type);
    }
  }

  private static Object array(JsonNode node, ArrayType type, JsonValue element)
      throws WrongTypeException {
    require(node, node.isArray(), type);
    Object[] values = new Object[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).isNull() ? null : element.read(node.get(i));
    }
    return ArraySeq.unsafeWrapArray(values);
  }

  private static Object map(JsonNode node, MapType type, JsonValue value)
      throws WrongTypeException {
    require(node, node.isObject(), type);
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode child = entry.getValue();
      values.put(entry.getKey(), child.isNull() ? null : value.read(child));
    }
    return CollectionConverters.asScala(values);
  }

  private static Optional<JsonValue> struct(StructType type, TimeValues times) {
    StructField[] fields = type.fields();
    JsonValue[] values = new JsonValue[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Optional<JsonValue> value = of(fields[i].dataType(), times);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values[i] = value.get();
    }
    return Optional.of(node -> struct(node, type, values));
  }

  private static Row struct(JsonNode node, StructType type, JsonValue[] values)
      throws WrongTypeException {
    require(node, node.isObject(), type);
    Object[] read = new Object[values.length];
    for (int i = 0; i < read.length; i++) {
      StructField field = type.fields()[i];
      JsonNode child = node.path(field.name());
      boolean isNull = child.isNull() || child.isMissingNode();
      if (isNull && !field.nullable()) {
        throw WrongTypeException.of(node, type);
      }
      read[i] = isNull ? null : values[i].read(child);
    }
    return new GenericRowWithSchema(read, type);
  }
}
