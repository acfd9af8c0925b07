package io.heed.job;

import java.util.Locale;
import org.apache.spark.SparkConf;

/**
 * Names of files have the same digits everywhere. Heed names the locale wherever it writes a
 * number; Spark and Hadoop take the one of the JVM, whose digits need not be ASCII.
 */
final class PlainLocale {
  private static final String EXECUTOR_OPTIONS = "spark.executor.extraJavaOptions";
  private static final String PLAIN = "-Duser.language=en -Duser.country=US";

  private PlainLocale() {}

  /** For a JVM that is the job's own. */
  static void ofThisJvm() {
    Locale.setDefault(Locale.ROOT);
  }

  /** After the caller's options, of which the last wins. */
  static void ofExecutors(SparkConf conf) {
    conf.set(EXECUTOR_OPTIONS, (conf.get(EXECUTOR_OPTIONS, "") + " " + PLAIN).strip());
  }
}
