package io.heed.train;

import io.heed.model.ModelSpec;
import io.heed.settings.Settings;
import io.heed.training.MemoryNeed;
import io.heed.training.StepShape;
import io.heed.training.TrainingMemoryException;
import java.util.Locale;
import org.apache.spark.SparkContext;

/**
 * Refuses, before rows are read, what cannot be trained in the memory that Spark has been given.
 */
final class TrainMemory {
  private static final long MEGABYTE = 1 << 20;

  private TrainMemory() {}

  /**
   * Checks a local run by its heap, and executors by the least that any of them may take; what they
   * do take depends on how many come, and is checked where they train.
   *
   * @param values of all parameters
   * @throws TrainingMemoryException when there is too little
   */
  static void require(
      SparkContext spark, Settings settings, ModelSpec spec, long values, StepShape shape) {
    int most =
        Math.min(shape.shards(), settings.find(TrainSettings.TASKS).orElse(Integer.MAX_VALUE));
    if (spark.isLocal()) {
      int tasks = Math.max(1, Math.min(most, spark.defaultParallelism()));
      MemoryNeed.of(spec, values, shape, tasks, tasks).require(Runtime.getRuntime().maxMemory());
    } else {
      requireDriver(values * Float.BYTES, Runtime.getRuntime().maxMemory());
      MemoryNeed.of(spec, values, shape, most, 1).require(spark.executorMemory() * MEGABYTE);
    }
  }

  /** The driver writes the weights that training begins with. */
  private static void requireDriver(long weights, long heap) {
    if (weights > heap) {
      throw new TrainingMemoryException(
          String.format(
              Locale.ROOT,
              "the weights take %.0f MB, and the driver's heap has %.0f MB: set spark.driver.memory",
              weights / 1e6,
              heap / 1e6));
    }
  }
}
