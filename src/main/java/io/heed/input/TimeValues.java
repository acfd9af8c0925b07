package io.heed.input;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
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

  private OffsetDateTime time(String text) {
    int time = text.indexOf('T');
    boolean hasOffset =
        text.endsWith("Z") || text.indexOf('+', time) >= 0 || text.indexOf('-', time) >= 0;
    return hasOffset
        ? OffsetDateTime.parse(text)
        : LocalDateTime.parse(text).atZone(zone).toOffsetDateTime();
  }

  private static void checkYear(int year) {
    if (year < 1 || year > 9999) {
      throw new DateTimeException("year %d is not in 1 to 9999".formatted(year));
    }
  }
}
