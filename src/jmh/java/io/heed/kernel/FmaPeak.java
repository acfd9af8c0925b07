package io.heed.kernel;

/**
 * The float32 multiply-add peak of this JVM: what one thread reaches with sums in registers and no
 * memory at all. Benchmarks print it beside their own numbers.
 */
public final class FmaPeak {
  /** A tenth of a second and more. */
  private static final int ROUNDS = 500;

  private FmaPeak() {}

  /**
   * Such as {@code 101.3 GFLOP/s, 87% of the peak of 116.9}, a peak that is measured at each call.
   */
  public static String compare(double gigaflops) {
    double peak = SimdPeak.gigaflops(ROUNDS);
    return "%.1f GFLOP/s, %.0f%% of the peak of %.1f"
        .formatted(gigaflops, 100 * gigaflops / peak, peak);
  }
}
