package io.heed.kernel;

import java.util.Locale;
import java.util.function.IntToLongFunction;

/**
 * Drops values at random and scales up what stays, as training does: attention weights, or the
 * values of an input layer. Whether a value stays depends on nothing but the seed, the name of its
 * sequence and its place there, so that a computation can be repeated, in any batch and order.
 *
 * @param rate share of the values that become 0, from 0 to below 1
 * @param seed which of them
 * @param names the name of each sequence of a batch
 * @param firstHead the head of a layer that counts as head 0
 */
public record Dropout(double rate, long seed, IntToLongFunction names, int firstHead) {
  /** Keeps all values: for everything but training. */
  public static final Dropout NONE = new Dropout(0, 0);

  static final int MULTIPLIER_1 = 0x7feb352d;
  static final int MULTIPLIER_2 = 0x846ca68b;
  private static final double RANDOM_BITS_END = 0x1p31;

  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException when it is not in [0, 1)
   */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a dropout of %s is not in [0, 1)", rate));
    }
  }

  /** Dropout of a batch whose sequences are named by their numbers, 0 and so on. */
  public Dropout(double rate, long seed) {
    this(rate, seed, sequence -> sequence, 0);
  }

  /** The same dropout of a batch that begins with its sequence {@code first}. */
  public Dropout fromSequence(int first) {
    return new Dropout(rate, seed, sequence -> names.applyAsLong(first + sequence), firstHead);
  }

  /** The same dropout of a batch whose sequences have these names. */
  public Dropout ofSequences(long... sequenceNames) {
    return new Dropout(rate, seed, sequence -> sequenceNames[sequence], firstHead);
  }

  /** The same dropout of the heads of a layer from its head {@code first} on. */
  public Dropout fromHead(int first) {
    return new Dropout(rate, seed, names, firstHead + first);
  }

  /** Dropout with draws of its own, for a layer of a model that has several. */
  public Dropout ofLayer(int layer) {
    return new Dropout(rate, CounterRandom.bits(seed, layer), names, firstHead);
  }

  /** Whether values may be dropped. */
  boolean drops() {
    return rate > 0;
  }

  /** What a value that stays is multiplied by. */
  float kept() {
    return (float) (1 / (1 - rate));
  }

  /** Values are dropped whose 31 random bits are below. */
  int threshold() {
    return (int) (rate * RANDOM_BITS_END);
  }

  /** The random bits of a row of values, from which {@link #bits} makes those of each. */
  long row(int sequence, int head, int query) {
    return CounterRandom.bits(seed, names.applyAsLong(sequence), firstHead + head, query);
  }

  /**
   * 31 random bits of a value, by a hash with two rounds of multiplication and shifts (Wellons,
   * 2018) that the bits of its row enter before each: 32-bit operations alone, so that vectors
   * repeat them.
   */
  static int bits(long row, int place) {
    int x = place ^ (int) row;
    x ^= x >>> 16;
    x *= MULTIPLIER_1;
    x ^= x >>> 15;
    x += (int) (row >>> Integer.SIZE);
    x *= MULTIPLIER_2;
    x ^= x >>> 16;
    return x >>> 1;
  }

  /**
   * Makes each of {@code n} values +0 or multiplies it by {@code 1 / (1 - rate)}, in place.
   * Sequence, head and query name them: the weights of a query with its keys, or, for head 0, the
   * values of a token.
   */
  public void apply(int sequence, int head, int query, float[] weights, int at, int n) {
    if (!drops()) {
      return;
    }
    float kept = kept();
    int threshold = threshold();
    long row = row(sequence, head, query);
    for (int key = 0; key < n; key++) {
      weights[at + key] = bits(row, key) < threshold ? 0f : weights[at + key] * kept;
    }
  }
}
