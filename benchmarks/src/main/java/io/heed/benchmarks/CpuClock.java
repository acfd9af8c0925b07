package io.heed.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The processor time of this process: all its threads, native ones, compiler and garbage collector
 * included. Other processes of the machine do not add to it, as they would to time by the clock.
 */
final class CpuClock {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private CpuClock() {}

  static double seconds() {
    return PROCESS.getProcessCpuTime() / 1e9;
  }
}
