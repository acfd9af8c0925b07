package io.heed.kernel;

/**
 * How fast one thread reads memory: a walk over an array that no cache holds, one value of each
 * cache line. Benchmarks that have to read all weights print it beside their own numbers.
 */
public final class MemoryPeak {
  private static final int FLOATS = 64 << 20;
  private static final int WALKS = 8;

  private static float kept;

  private MemoryPeak() {}

  /** Such as {@code 15.1 GB/s, 90% of the 16.8 that a walk over memory reaches}. */
  public static String compare(double gigabytesPerSecond) {
    double peak = gigabytesPerSecond();
    return "%.1f GB/s, %.0f%% of the %.1f that a walk over memory reaches"
        .formatted(gigabytesPerSecond, 100 * gigabytesPerSecond / peak, peak);
  }

  private static double gigabytesPerSecond() {
    float[] memory = new float[FLOATS];
    double best = 0;
    for (int walk = 0; walk < WALKS; walk++) {
      long start = System.nanoTime();
      kept += SimdRows.touch(memory, 0, FLOATS);
      best = Math.max(best, (double) FLOATS * Float.BYTES / (System.nanoTime() - start));
    }
    return best;
  }
}
