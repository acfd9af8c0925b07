package io.heed.input;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/**
 * Dates and times in ISO 8601, such as {@code 2024-02-29} and {@code 2024-02-29T12:00:00Z}, as
 * classes of java.time. Years are 1 to 9999, as in SQL.
 *
 * @param zone the session's, for times without an offset
 */
record TimeValues(ZoneId zone) implements Serializable {

  static TimeValues of(SparkSession session) {
    ZoneId zone = ZoneId.of(session.conf().get("spark.sql.session.timeZone"), ZoneId.SHORT_IDS);
    return new TimeValues(zone);
  }

  Object date(String text) throws DateTimeException {
    LocalDate date = LocalDate.parse(text);
    checkYear(date.getYear());
    return date;
  }

  Object timestamp(String text) throws DateTimeException {
    OffsetDateTime time = time(text.replace(' ', 'T'));
    checkYear(time.getYear());
    return time.toInstant();
  }

  /** A time without a zone; one that has an offset is told as the session's clock shows it. */
  Object localTimestamp(String text) throws DateTimeException {
    String time = text.replace(' ', 'T');
    LocalDateTime local =
        hasOffset(time)
            ? OffsetDateTime.parse(time).atZoneSameInstant(zone).toLocalDateTime()
            : LocalDateTime.parse(time);
    checkYear(local.getYear());
    return local;
  }

  private OffsetDateTime time(String text) {
    return hasOffset(text)
        ? OffsetDateTime.parse(text)
        : LocalDateTime.parse(text).atZone(zone).toOffsetDateTime();
  }

  private static boolean hasOffset(String text) {
    int time = text.indexOf('T');
    return text.endsWith("Z") || text.indexOf('+', time) >= 0 || text.indexOf('-', time) >= 0;
  }

  private static void checkYear(int year) {
    if (year < 1 || year > 9999) {
      throw new DateTimeException(String.format(Locale.ROOT, "year %d is not in 1 to 9999", year));
    }
  }
}
