package io.heed.corpus;

import java.io.Serializable;
import java.util.Locale;

/**
 * A hash of documents in their order that does not depend on the parts which they are kept in: the
 * fingerprint of a followed by b is {@code fingerprint(a).then(fingerprint(b))}.
 *
 * <p>It is a polynomial over symbols, {@code H(a||b) = H(a) x^|b| + H(b)}, modulo the prime 2^61 -
 * 1 (Karp and Rabin, 1987), at two fixed points x, so 122 bits; a token is the symbol id + 1, and
 * one more symbol ends each document. It guards against mistakes, not against attackers: the points
 * are known, so whoever wants to can make two streams with the same fingerprint.
 *
 * @param first value at the first point
 * @param second value at the second point
 * @param length number of symbols, which is that of tokens and documents together
 */
public record Fingerprint(long first, long second, long length) implements Serializable {
  /** The fingerprint of nothing. */
  public static final Fingerprint EMPTY = new Fingerprint(0, 0, 0);

  static final long FIRST_POINT = 0x13C6EF372FE94F82L; // Of the digits of the golden ratio,
  static final long SECOND_POINT = 0x0A09E667F3BCC908L; // and of those of the root of 2.

  private static final int BITS = 61;
  private static final long PRIME = (1L << BITS) - 1;

  /**
   * Checks that the values are residues.
   *
   * @throws IllegalArgumentException when one is not, or the length is negative
   */
  public Fingerprint {
    if (first < 0 || first >= PRIME || second < 0 || second >= PRIME || length < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no fingerprint: values %d and %d modulo %d, length %d",
              first,
              second,
              PRIME,
              length));
    }
  }

  /** The fingerprint of what this is of, followed by what {@code next} is of. */
  public Fingerprint then(Fingerprint next) {
    return new Fingerprint(
        add(multiply(first, power(FIRST_POINT, next.length)), next.first),
        add(multiply(second, power(SECOND_POINT, next.length)), next.second),
        Math.addExact(length, next.length));
  }

  /** Both values in 32 hexadecimal digits; the length is not among them. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%016x%016x", first, second);
  }

  static long add(long a, long b) {
    long sum = a + b;
    return sum >= PRIME ? sum - PRIME : sum;
  }

  /** The product of two residues; since 2^61 is 1, its upper bits are added to its lower ones. */
  static long multiply(long a, long b) {
    long low = a * b;
    long high = Math.multiplyHigh(a, b) << Long.SIZE - BITS | low >>> BITS;
    return add(low & PRIME, high);
  }

  static long power(long base, long exponent) {
    long result = 1;
    long square = base;
    for (long rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) != 0) {
        result = multiply(result, square);
      }
      square = multiply(square, square);
    }
    return result;
  }
}
