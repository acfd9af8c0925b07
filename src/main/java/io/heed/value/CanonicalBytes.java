package io.heed.value;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.CalendarIntervalType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.unsafe.types.VariantVal;

/**
 * The one form of an id of which everything is made that depends on it: the draws of a row, the
 * task it is joined in, whether two ids are the same. It depends on the value and its kind of type
 * alone, and two ids of one column are equal exactly where their bytes are.
 *
 * <p>A string is its UTF-8 bytes; whole numbers and decimals are their digits in ASCII, without
 * zeros at the end of a fraction ({@code 7}, {@code -0.5}), dates {@code 2024-02-29}, booleans
 * {@code true} and {@code false}. So a number and the text of its digits are the same.
 *
 * <p>Everything else begins with a letter for its kind. What stands inside something begins with
 * one as well, and texts with their length in bytes, so that nothing can be read in two ways.
 * Numbers are big-endian:
 *
 * <pre>
 * z                                null
 * s n e o   int32 length, bytes    inside others: string, number, date, boolean, as above
 * b         int32 length, bytes    binary
 * d         int64                  float or double: the IEEE bits of the double; -0.0 is 0.0, and
 *                                  every NaN 0x7ff8000000000000
 * t         int64                  timestamp: microseconds since 1970-01-01T00:00:00Z
 * l         int64                  timestamp_ntz: the same as if it were in UTC
 * c         int64                  time: nanoseconds since midnight
 * i         int64                  day-time interval: microseconds
 * m         int64                  year-month interval: months
 * u         16 bytes               UUID, in a variant
 * a         int32 count, elements  array, vector
 * r         int32 count, fields    struct; names do not matter, places do
 * p         int32 count, entries   map: each a key and a value, in the order of their bytes, as
 *                                  unsigned numbers; an object in a variant is a map
 * </pre>
 *
 * A variant is what it holds.
 */
public final class CanonicalBytes {
  private static final long MICROS = 1_000_000;
  private static final int NANOS_OF_MICRO = 1_000;

  private CanonicalBytes() {}

  /**
   * The form of an id.
   *
   * @throws IllegalArgumentException when it is of a class that no value of Parquet has
   */
  public static byte[] of(Object id) {
    Optional<Text> text = Text.of(id);
    return text.isPresent() ? text.get().bytes() : nested(id);
  }

  /** Whether values of a type have the form: all that Parquet has but those of a user's classes. */
  public static boolean has(DataType type) {
    if (type instanceof ArrayType array) {
      return has(array.elementType());
    } else if (type instanceof MapType map) {
      return has(map.keyType()) && has(map.valueType());
    } else if (type instanceof StructType struct) {
      return Stream.of(struct.fields()).allMatch(field -> has(field.dataType()));
    }
    return type.equals(SQLDataTypes.VectorType())
        || !(type instanceof UserDefinedType
            || type instanceof CalendarIntervalType
            // By name, for Spark 4.0 does not have their classes.
            || type.typeName().startsWith("geo"));
  }

  /** A value that is a text, alone and inside others. */
  private record Text(char kind, String text) {

    static Optional<Text> of(Object value) {
      if (value instanceof String text) {
        return Optional.of(new Text('s', text));
      } else if (value instanceof Long
          || value instanceof Integer
          || value instanceof Short
          || value instanceof Byte) {
        return Optional.of(new Text('n', value.toString()));
      } else if (value instanceof BigDecimal number) {
        return Optional.of(new Text('n', digits(number)));
      } else if (value instanceof LocalDate date) {
        return Optional.of(new Text('e', date.toString()));
      } else if (value instanceof Date date) {
        return Optional.of(new Text('e', date.toLocalDate().toString()));
      }
      return value instanceof Boolean
          ? Optional.of(new Text('o', value.toString()))
          : Optional.empty();
    }

    private static String digits(BigDecimal number) {
      return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private static byte[] nested(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(value, new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the stream is in memory
    }
    return bytes.toByteArray();
  }

  private static void write(Object value, DataOutputStream out) throws IOException {
    Optional<Text> text = Text.of(value);
    if (value == null) {
      out.writeByte('z');
    } else if (text.isPresent()) {
      write(text.get().kind(), text.get().bytes(), out);
    } else if (value instanceof byte[] bytes) {
      write('b', bytes, out);
    } else if (value instanceof VariantVal variant) {
      write(VariantValues.of(variant), out);
    } else if (!writeNumber(value, out)) {
      writeParts(value, out);
    }
  }

  private static void write(char kind, byte[] bytes, DataOutputStream out) throws IOException {
    out.writeByte(kind);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static boolean writeNumber(Object value, DataOutputStream out) throws IOException {
    if (value instanceof Double || value instanceof Float) {
      return write('d', Double.doubleToLongBits(((Number) value).doubleValue() + 0.0), out);
    } else if (value instanceof Instant instant) {
      return write('t', micros(instant.getEpochSecond(), instant.getNano()), out);
    } else if (value instanceof Timestamp time) {
      return writeNumber(time.toInstant(), out);
    } else if (value instanceof LocalDateTime time) {
      return write('l', micros(time.toEpochSecond(ZoneOffset.UTC), time.getNano()), out);
    } else if (value instanceof LocalTime time) {
      return write('c', time.toNanoOfDay(), out);
    } else if (value instanceof Duration interval) {
      return write('i', micros(interval.getSeconds(), interval.getNano()), out);
    } else if (value instanceof Period interval) {
      return write('m', interval.toTotalMonths(), out);
    } else if (value instanceof UUID uuid) {
      write('u', uuid.getMostSignificantBits(), out);
      out.writeLong(uuid.getLeastSignificantBits());
      return true;
    }
    return false;
  }

  private static boolean write(char kind, long number, DataOutputStream out) throws IOException {
    out.writeByte(kind);
    out.writeLong(number);
    return true;
  }

  private static long micros(long seconds, int nanos) {
    return Math.addExact(Math.multiplyExact(seconds, MICROS), nanos / NANOS_OF_MICRO);
  }

  private static void writeParts(Object value, DataOutputStream out) throws IOException {
    Optional<List<Map.Entry<Object, Object>>> entries = Nested.entries(value);
    Optional<List<Object>> elements = Nested.elements(value);
    if (entries.isPresent()) {
      writeMap(entries.get(), out);
    } else if (elements.isPresent()) {
      write('a', elements.get(), out);
    } else if (value instanceof Row struct) {
      write('r', Nested.fields(struct), out);
    } else if (value instanceof Vector vector) {
      write('a', Arrays.stream(vector.toArray()).<Object>boxed().toList(), out);
    } else {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a value of %s has no canonical form", value.getClass().getName()));
    }
  }

  private static void write(char kind, List<?> parts, DataOutputStream out) throws IOException {
    out.writeByte(kind);
    out.writeInt(parts.size());
    for (Object part : parts) {
      write(part, out);
    }
  }

  private static void writeMap(List<Map.Entry<Object, Object>> entries, DataOutputStream out)
      throws IOException {
    out.writeByte('p');
    out.writeInt(entries.size());
    List<byte[]> sorted =
        entries.stream()
            .map(entry -> concatenated(nested(entry.getKey()), nested(entry.getValue())))
            .sorted(Arrays::compareUnsigned)
            .toList();
    for (byte[] entry : sorted) {
      out.write(entry);
    }
  }

  private static byte[] concatenated(byte[] key, byte[] value) {
    byte[] entry = Arrays.copyOf(key, key.length + value.length);
    System.arraycopy(value, 0, entry, key.length, value.length);
    return entry;
  }
}
