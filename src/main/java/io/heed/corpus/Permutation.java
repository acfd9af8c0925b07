package io.heed.corpus;

import io.heed.kernel.CounterRandom;
import java.util.Locale;
import java.util.Objects;

/**
 * The numbers of [0, n) in an order that a seed and an epoch fix, each found alone and without
 * memory: a Feistel network over the smallest even number of bits that holds them, walked until it
 * yields a number below n (Black and Rogaway, Ciphers with Arbitrary Finite Domains, 2002). A walk
 * stays in the cycle of its start, so it ends, after less than 4 steps on average.
 */
public final class Permutation {
  /** The largest n. */
  public static final long LARGEST = 1L << 62;

  /** Four make an order that looks random of a large domain; small ones want more. */
  private static final int ROUNDS = 8;

  /** Keeps these numbers apart from all others of the same seed. */
  private static final long PURPOSE = 0x6F72646572L; // "order"

  private final long size;
  private final int halfBits;
  private final long[] keys = new long[ROUNDS];

  /**
   * The order of an epoch.
   *
   * @param size n, from 1 to {@link #LARGEST}
   * @throws IllegalArgumentException when it is not
   */
  public Permutation(long size, long seed, long epoch) {
    if (size < 1 || size > LARGEST) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "size is %d, not between 1 and %d", size, LARGEST));
    }
    this.size = size;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(size - 1);
    this.halfBits = Math.max(1, (bits + 1) / 2);
    for (int round = 0; round < ROUNDS; round++) {
      keys[round] = CounterRandom.bits(seed, PURPOSE, epoch, round);
    }
  }

  /**
   * The number at place {@code i}.
   *
   * @throws IndexOutOfBoundsException when {@code i} is not in [0, n)
   */
  public long at(long i) {
    long value = Objects.checkIndex(i, size);
    do {
      value = network(value);
    } while (value >= size);
    return value;
  }

  private long network(long value) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (long key : keys) {
      long next = left ^ CounterRandom.bits(key, right) >>> Long.SIZE - halfBits;
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }
}
