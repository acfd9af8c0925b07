package io.heed.settings;

import java.math.BigInteger;
import java.util.Locale;

/**
 * A number of bytes as a person writes it: a whole number with an optional unit k, m or g, in
 * powers of 1024.
 *
 * @param bytes how many
 */
public record ByteSize(long bytes) {
  private static final String UNITS = "kmg";

  /** The size that so many mebibytes are. */
  public static ByteSize mebibytes(long count) {
    return new ByteSize(Math.multiplyExact(count, 1L << 20));
  }

  /**
   * The bytes of a text such as {@code 8m}, be they as many as they may.
   *
   * @throws IllegalArgumentException when it is no size
   */
  static BigInteger bytes(String text) {
    String value = text.strip().toLowerCase(Locale.ROOT);
    int unit = value.isEmpty() ? -1 : UNITS.indexOf(value.charAt(value.length() - 1));
    String digits = unit < 0 ? value : value.substring(0, value.length() - 1);
    return new BigInteger(digits).shiftLeft(10 * (unit + 1));
  }

  /** In the largest unit that divides it, such as {@code 8m}. */
  @Override
  public String toString() {
    long count = bytes;
    int unit = -1;
    while (count > 0 && count % 1024 == 0 && unit + 1 < UNITS.length()) {
      count /= 1024;
      unit++;
    }
    return unit < 0 ? String.valueOf(count) : count + UNITS.substring(unit, unit + 1);
  }
}
