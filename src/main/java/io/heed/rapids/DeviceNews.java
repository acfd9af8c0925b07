package io.heed.rapids;

import io.heed.output.RunCounters;
import io.heed.spark.executor.KernelUse;
import io.heed.spark.executor.KernelUses;
import java.io.Serializable;

/**
 * What the function tells the driver. It may be called again for the same rows, so nothing exact is
 * made of their numbers.
 */
interface DeviceNews extends Serializable {

  /**
   * What became of a batch.
   *
   * @param device that computed
   * @param rows of the batch
   * @param notFinite of these, rows whose vector has a value that is not finite
   * @param nanos that it took
   */
  record Batch(String device, int rows, int notFinite, long nanos) {}

  /** A batch was computed. */
  void computed(Batch batch);

  /** Nobody listens. */
  static DeviceNews none() {
    return batch -> {};
  }

  /** For the report of a run whose rows tasks count. */
  static DeviceNews of(RunCounters counters, KernelUses kernels) {
    return batch -> {
      kernels.add(new KernelUse("gpu", batch.device()));
      counters.addComputeNanos(batch.nanos(), 0);
      counters.addSuspects(batch.notFinite());
    };
  }

  /** The same, and for the progress of a run whose rows no task counts. */
  static DeviceNews ofWhole(RunCounters counters, KernelUses kernels) {
    DeviceNews counted = of(counters, kernels);
    return batch -> {
      counted.computed(batch);
      counters.addPassed(batch.rows());
    };
  }
}
