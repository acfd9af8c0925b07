package io.heed.input;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A session with the caller's settings, so that those which this reading needs change nothing for
 * others: exact column names, splits by compute, stages that run only when the rows are read, and
 * little memory.
 *
 * <p>What a file says of its values is what is read, and all of its rows: settings that would pass
 * over files, or give their values other types, do not hold here. Those that say what files leave
 * open do, see {@link ParquetReadings}.
 */
final class ParquetSession {
  /** Spark's 4,096 long rows fill hundreds of megabytes. */
  private static final int ROWS_DECODED_TOGETHER = 64;

  /** Settings that an option of the reading goes before, wherever Spark looks for them. */
  static final Map<String, String> OPTIONS =
      Map.of("ignoreCorruptFiles", "false", "ignoreMissingFiles", "false", "mergeSchema", "false");

  private static final Map<String, String> FIXED =
      Map.ofEntries(
          Map.entry("spark.sql.files.ignoreCorruptFiles", "false"),
          Map.entry("spark.sql.files.ignoreMissingFiles", "false"),
          Map.entry("spark.sql.caseSensitive", "true"),
          Map.entry("spark.sql.adaptive.enabled", "false"),
          Map.entry("spark.sql.files.openCostInBytes", "0"),
          Map.entry("spark.sql.parquet.int96AsTimestamp", "true"),
          Map.entry("spark.sql.parquet.inferTimestampNTZ.enabled", "true"),
          Map.entry("spark.sql.parquet.fieldId.read.enabled", "false"),
          // The other reader looks settings up in tasks, where it finds Spark's defaults: of two
          // fields of a struct that differ in case it loses one.
          Map.entry("spark.sql.parquet.enableVectorizedReader", "true"),
          Map.entry("spark.sql.parquet.enableNestedColumnVectorizedReader", "true"),
          // The classes of java.sql hold times by the calendar and the time zone of the JVM.
          Map.entry("spark.sql.datetime.java8API.enabled", "true"),
          Map.entry("spark.sql.optimizer.excludedRules", ""));

  private static final String VERIFY_CHECKSUMS = "parquet.page.verify-checksum.enabled";

  private ParquetSession() {}

  /** A session beside another one, with its settings but for those that are fixed here. */
  static SparkSession beside(SparkSession spark, InputFiles files) {
    SparkSession session = beside(spark);
    if (!ParquetMemory.isDecodingSet(session)) {
      ParquetMemory.decodeTogether(session, ROWS_DECODED_TOGETHER);
    }
    if (spark.sparkContext().hadoopConfiguration().get(VERIFY_CHECKSUMS) == null
        && !session.conf().getAll().contains(VERIFY_CHECKSUMS)) {
      session.conf().set(VERIFY_CHECKSUMS, true);
    }
    if ("file".equals(files.base().toUri().getScheme())) {
      // Reading ahead gains nothing on a disk.
      ParquetMemory.readAsDecoded(session);
    }
    files.openingSettings().forEach(session.conf()::set);
    return session;
  }

  /** The same for files of this run. */
  static SparkSession beside(SparkSession spark) {
    SparkSession session = spark.newSession();
    for (Map.Entry<String, String> setting :
        CollectionConverters.asJava(spark.conf().getAll()).entrySet()) {
      if (session.conf().isModifiable(setting.getKey())) {
        session.conf().set(setting.getKey(), setting.getValue());
      }
    }
    FIXED.forEach(session.conf()::set);
    return session;
  }

  /** Makes a session cut files into splits of so many bytes, but no smaller than a row group. */
  static void split(
      SparkSession session, InputFiles files, int rowGroups, Partitioning partitioning) {
    // A row group cannot be split: smaller splits would be tasks without rows.
    long rowGroupBytes = files.bytes() / Math.max(1, rowGroups);
    long splitBytes = Math.max(rowGroupBytes, partitioning.bytesPerSplit(files.bytes()));
    session.conf().set("spark.sql.files.maxPartitionBytes", splitBytes);
  }

  /** Does something for which Spark looks settings up in the session of the thread. */
  static <T> T within(SparkSession session, Supplier<T> action) {
    Option<SparkSession> before = SparkSession.getActiveSession();
    SparkSession.setActiveSession(session);
    try {
      return action.get();
    } finally {
      if (before.isDefined()) {
        SparkSession.setActiveSession(before.get());
      } else {
        SparkSession.clearActiveSession();
      }
    }
  }
}
