package io.heed.rapids;

import io.heed.output.RunCounters;
import io.heed.spark.executor.KernelUse;
import io.heed.spark.executor.KernelUses;
import java.io.Serializable;

/**
 * What the function tells the driver. It may be called again for the same rows, so it counts none
 * of them.
 */
interface DeviceNews extends Serializable {

  /**
   * A batch was computed.
   *
   * @param device that computed
   * @param nanos that it took
   */
  void computed(String device, long nanos);

  /** Nobody listens. */
  static DeviceNews none() {
    return (device, nanos) -> {};
  }

  /** For the report of a run. */
  static DeviceNews of(RunCounters counters, KernelUses kernels) {
    return (device, nanos) -> {
      kernels.add(new KernelUse("gpu", device));
      counters.addComputeNanos(nanos, 0);
    };
  }
}
