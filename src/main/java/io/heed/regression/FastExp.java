package io.heed.regression;

/**
 * The exponential of numbers that are not positive, in a form that the JIT compiler turns into
 * vector instructions: {@code (p(x / 256))^256} with a Taylor polynomial of degree 12. Every step
 * is one IEEE operation, so the bits are the same at every vector width and in {@link #of}.
 *
 * <p>The relative error is below 1e-13 down to −40, below 5e-13 down to −100 and below 2e-7 down to
 * −708. From there on results are subnormal, with the error of their last bit besides, and below
 * −745.2 they are 0, as the exponential is. Numbers below {@link #NEAR} are cut in two: {@code
 * exp(NEAR) · exp(rest)}.
 */
final class FastExp {
  /** The least number for which {@link #near} is right. */
  static final double NEAR = -256;

  /** A number whose exponential is less than half of the smallest double. */
  static final double NOTHING = -746;

  /** A power of two, so that dividing is exact; more would amplify the rounding of p more. */
  private static final double SCALE = 0x1p-8;

  /** The same for the rest, which is brought back to {@code SCALE} by five squares. */
  private static final double REST_SCALE = 0x1p-13;

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
    any(value, new double[1]);
    return value[0];
  }

  // Loops over whole arrays, since the compiler gives up on an offset, and of this length at most.

  /** Replaces every x by {@code exp(x)}, where all are in {@code [NEAR, 0]}. */
  static void near(double[] x) {
    root(x);
    power(x);
  }

  /**
   * Replaces every {@code x ≤ 0} by {@code exp(x)}, with the bits of {@link #near} where that is
   * right: the rest is 0 there, and its exponential is 1.
   *
   * @param rest scratch, as long as {@code x}
   */
  static void any(double[] x, double[] rest) {
    for (int i = 0; i < x.length; i++) {
      rest[i] = Math.max(x[i], NOTHING) - Math.max(x[i], NEAR);
    }
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.max(x[i], NEAR);
    }
    root(x);
    for (int i = 0; i < x.length; i++) {
      double r = rest[i] * REST_SCALE;
      double p = Math.fma(C6, r, C5);
      p = Math.fma(p, r, C4);
      p = Math.fma(p, r, C3);
      p = Math.fma(p, r, C2);
      p = Math.fma(p, r, 1);
      p = Math.fma(p, r, 1);
      p *= p;
      p *= p;
      p *= p;
      p *= p;
      x[i] *= p * p;
    }
    power(x);
  }

  /** {@code exp(x / 256)}. */
  private static void root(double[] x) {
    for (int i = 0; i < x.length; i++) {
      double r = x[i] * SCALE;
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
  }

  /** {@code x^256}. */
  private static void power(double[] x) {
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
