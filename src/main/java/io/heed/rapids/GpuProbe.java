package io.heed.rapids;

import io.heed.gpu.GpuEmbedder;
import io.heed.spark.executor.ExecutorModels;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Asks executors whether their GPUs can be used, before a run counts on it. */
final class GpuProbe {
  private GpuProbe() {}

  /**
   * What one of the executors that are there has against it, or empty: as many short tasks as there
   * are executors, of which some may go to the same one.
   */
  static Optional<String> fault(SparkSession spark) {
    int executors = Math.max(1, spark.sparkContext().statusTracker().getExecutorInfos().length);
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(Collections.nCopies(executors, 0), executors)
        .map(task -> here())
        .collect()
        .stream()
        .filter(fault -> !fault.isEmpty())
        .findFirst();
  }

  /** Empty where all is well. */
  private static String here() {
    return GpuEmbedder.deviceFault()
        .map(why -> String.format(Locale.ROOT, "%s: %s", ExecutorModels.executor(), why))
        .orElse("");
  }
}
