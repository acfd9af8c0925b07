package io.heed.regression;

/**
 * The exponential of numbers that are not positive, in a form that the JIT compiler turns into
 * vector instructions: {@code (p(x / 256))^256} with a Taylor polynomial of degree 12. Every step
 * is one IEEE operation, so the bits are the same at every vector width and in {@link #of}.
 *
 * <p>The relative error is below 1e-13 down to −40 and below 5e-13 down to −100. Below −350 the
 * result is {@code exp(−350)}, about 1e-152, and not less: beside the largest weight of a softmax,
 * which is 1, both are nothing.
 */
final class FastExp {
  static final double LEAST = -350;

  /** A power of two, so that dividing is exact; more would amplify the rounding of p more. */
  private static final double SCALE = 0x1p-8;

  private static final double C2 = 1 / 2.0;
  private static final double C3 = 1 / 6.0;
  private static final double C4 = 1 / 24.0;
  private static final double C5 = 1 / 120.0;
  private static final double C6 = 1 / 720.0;
  private static final double C7 = 1 / 5040.0;
  private static final double C8 = 1 / 40320.0;
  private static final double C9 = 1 / 362880.0;
  private static final double C10 = 1 / 3628800.0;
  private static final double C11 = 1 / 39916800.0;
  private static final double C12 = 1 / 479001600.0;

  private FastExp() {}

  /** {@code exp(x)} for one {@code x ≤ 0}. */
  static double of(double x) {
    double[] value = {x};
    inPlace(value);
    return value[0];
  }

  /**
   * Replaces every {@code x ≤ 0} by {@code exp(x)}. Two loops, since the compiler gives up on one
   * of this length, and over whole arrays, since it gives up on an offset.
   */
  static void inPlace(double[] x) {
    for (int i = 0; i < x.length; i++) {
      double r = Math.max(x[i], LEAST) * SCALE;
      double p = Math.fma(C12, r, C11);
      p = Math.fma(p, r, C10);
      p = Math.fma(p, r, C9);
      p = Math.fma(p, r, C8);
      p = Math.fma(p, r, C7);
      p = Math.fma(p, r, C6);
      p = Math.fma(p, r, C5);
      p = Math.fma(p, r, C4);
      p = Math.fma(p, r, C3);
      p = Math.fma(p, r, C2);
      p = Math.fma(p, r, 1);
      x[i] = Math.fma(p, r, 1);
    }
    for (int i = 0; i < x.length; i++) {
      double p = x[i];
      p *= p;
      p *= p;
      p *= p;
      p *= p;
      p *= p;
      p *= p;
      p *= p;
      x[i] = p * p;
    }
  }
}
