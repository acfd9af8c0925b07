package io.heed.value;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/** A value without parts as the exact text that {@link ValueText} tells of. */
final class ScalarText {
  private ScalarText() {}

  /** The text of a value, {@code null} for none. */
  static String of(Object value) {
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
    return String.valueOf(value);
  }
}
