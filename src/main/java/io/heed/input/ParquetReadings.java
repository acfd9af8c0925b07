package io.heed.input;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Spark's settings for what Parquet files leave open: which bytes are text, which calendar old
 * dates are in. They hold, and a person is told of each that is not as Spark has it.
 */
enum ParquetReadings {
  BINARY_AS_STRING(
      "spark.sql.parquet.binaryAsString",
      "false",
      StringType.class::isInstance,
      "bytes that the files do not call text are read as text"),
  NANOS_AS_LONG(
      "spark.sql.legacy.parquet.nanosAsLong",
      "false",
      LongType.class::isInstance,
      "times in nanoseconds are read as whole numbers"),
  DATES(
      "spark.sql.parquet.datetimeRebaseModeInRead",
      "CORRECTED",
      type ->
          type instanceof DateType
              || type instanceof TimestampType
              || type instanceof TimestampNTZType,
      "dates before 1582 and times before 1900, in files that do not name their calendar, are"
          + " moved or refused"),
  INT96(
      "spark.sql.parquet.int96RebaseModeInRead",
      "CORRECTED",
      TimestampType.class::isInstance,
      "times before 1900 in INT96, in files that do not name their calendar, are moved or refused"),
  INT96_ZONE(
      "spark.sql.parquet.int96TimestampConversion",
      "false",
      TimestampType.class::isInstance,
      "times in INT96 are moved by the time zone of the session");

  private final String key;
  private final String standard;
  private final Predicate<DataType> concerned;
  private final String effect;

  ParquetReadings(String key, String standard, Predicate<DataType> concerned, String effect) {
    this.key = key;
    this.standard = standard;
    this.concerned = concerned;
    this.effect = effect;
  }

  /** What to tell of a session's settings when columns of these types are read. */
  static List<String> notes(SparkSession session, Iterable<DataType> types) {
    List<String> notes = new ArrayList<>();
    for (ParquetReadings reading : values()) {
      String value = session.conf().get(reading.key, reading.standard);
      if (!value.equalsIgnoreCase(reading.standard) && reading.concerns(types)) {
        notes.add(String.format(Locale.ROOT, "%s is %s: %s", reading.key, value, reading.effect));
      }
    }
    return notes;
  }

  private boolean concerns(Iterable<DataType> types) {
    for (DataType type : types) {
      if (TypeTree.leaves(type).stream().anyMatch(concerned)) {
        return true;
      }
    }
    return false;
  }

  /** The values of those that change types, by their keys. */
  static Map<String, String> ofTypes(SparkSession session) {
    Map<String, String> settings = new HashMap<>();
    for (ParquetReadings reading : List.of(BINARY_AS_STRING, NANOS_AS_LONG)) {
      settings.put(reading.key, session.conf().get(reading.key, reading.standard));
    }
    return settings;
  }
}
