package io.heed.checkpoint;

import java.math.BigDecimal;

/**
 * Decimals that the native library reads as a given number. It takes the digits as an integer and
 * divides that by a power of ten, which for the shortest decimal of a number may give its
 * neighbour; then two ways of splitting a text that are equally probable no longer are.
 */
final class ExactDecimal {
  /** Powers of ten up to this one are floating-point numbers. */
  private static final int LARGEST_SCALE = 22;

  private static final double LARGEST_DIGITS = 0x1p63;

  private ExactDecimal() {}

  /** The decimal; the shortest one for a number so small that none divides exactly. */
  static BigDecimal of(double value) {
    double power = 1;
    for (int scale = 0; scale <= LARGEST_SCALE; scale++) {
      double digits = Math.rint(Math.abs(value) * power);
      for (double near : new double[] {digits, Math.nextUp(digits), Math.nextDown(digits)}) {
        if (near < LARGEST_DIGITS && near == Math.rint(near) && near / power == Math.abs(value)) {
          BigDecimal decimal = BigDecimal.valueOf((long) near, scale);
          return value < 0 ? decimal.negate() : decimal;
        }
      }
      power *= 10;
    }
    return BigDecimal.valueOf(value);
  }
}
