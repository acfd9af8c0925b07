package io.heed;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of tests: one for as long as tests ask for the same. */
public final class LocalSpark {
  private LocalSpark() {}

  /** A session of two cores, kept from the last test where that had the same. */
  public static SparkSession twoCores() {
    return with("local[2]", Map.of());
  }

  /** A session on the given master; another one that runs is stopped. */
  public static SparkSession with(String master, Map<String, String> settings) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("heed tests")
            .set("spark.ui.enabled", "false")
            .set("spark.sql.shuffle.partitions", "2");
    settings.forEach(conf::set);
    if (SparkSession.getDefaultSession().isDefined()) {
      SparkSession running = SparkSession.getDefaultSession().get();
      boolean same = running.sparkContext().master().equals(master) && settings.isEmpty();
      if (same) {
        return running;
      }
      running.stop();
    }
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** A session that no test has used before. */
  public static SparkSession anew(String master) {
    stop();
    return with(master, Map.of());
  }

  /** Stops the session that tests have left running, if there is one. */
  public static void stop() {
    if (SparkSession.getDefaultSession().isDefined()) {
      SparkSession.getDefaultSession().get().stop();
    }
  }
}
