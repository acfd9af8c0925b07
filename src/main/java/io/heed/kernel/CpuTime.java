package io.heed.kernel;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How long code has been on a core. Unlike the time on the wall it leaves out what a thread waits
 * while others have the core, so it tells slow code from a busy machine. A reading costs less than
 * a microsecond.
 */
public final class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Some systems count by their timer's ticks, too few for what is measured here. */
  private static final long LONGEST_TICK_NANOS = 100_000;

  private static final int MOST_LOOKS = 100_000;

  /** Asked once: what began by one clock cannot end by the other. */
  private static final boolean MEASURED =
      THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled() && isFine();

  private CpuTime() {}

  /** The least of some differences: the first looks at a clock take longer than a tick. */
  private static boolean isFine() {
    long least = Long.MAX_VALUE;
    long last = THREADS.getCurrentThreadCpuTime();
    for (int look = 0; look < MOST_LOOKS && least >= LONGEST_TICK_NANOS; look++) {
      long next = THREADS.getCurrentThreadCpuTime();
      least = next == last ? least : Math.min(least, next - last);
      last = next;
    }
    return least < LONGEST_TICK_NANOS;
  }

  /**
   * The time that the calling thread has been on a core, in nanoseconds since some moment. Where it
   * is not measured finely, the time on the wall stands for it, which is never less.
   */
  public static long ofThread() {
    return MEASURED ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }

  /** The same of all threads of this JVM together, the JVM's own among them. */
  static long ofProcess() {
    boolean known =
        ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean;
    long nanos =
        known
            ? ((com.sun.management.OperatingSystemMXBean)
                    ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime()
            : -1;
    return nanos < 0 ? System.nanoTime() : nanos;
  }
}
