package io.heed.value;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.unsafe.types.VariantVal;

/**
 * A value as an exact text: times and intervals in ISO 8601, a timestamp in UTC ({@code
 * 2024-02-29T12:34:56.789123Z}), a timestamp_ntz without an offset; bytes in base64; arrays,
 * structs, maps and variants as {@link ValueJson}.
 */
public final class ValueText {
  private ValueText() {}

  /** The text of a value, {@code null} for none. */
  public static String of(Object value) {
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    } else if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    } else if (value instanceof Timestamp time) {
      return time.toInstant().toString();
    } else if (value instanceof Date date) {
      return date.toLocalDate().toString();
    } else if (value instanceof LocalDateTime time) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
    } else if (value instanceof LocalTime time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
    }
    return isJson(value) ? ValueJson.of(value) : String.valueOf(value);
  }

  private static boolean isJson(Object value) {
    return value instanceof Row
        || value instanceof Vector
        || value instanceof VariantVal
        || value instanceof scala.collection.Iterable<?>
        || value instanceof List<?>
        || value instanceof Map<?, ?>
        || value instanceof Object[];
  }
}
