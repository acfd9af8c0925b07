package io.heed.kernel;

/**
 * Drops attention weights at random and scales up what stays, as training does. Whether a weight
 * stays depends on nothing but the seed and its place, so that a computation can be repeated.
 *
 * @param rate share of the weights that become 0, from 0 to below 1
 * @param seed which of them
 * @param firstSequence the sequence that is named sequence 0
 */
public record Dropout(double rate, long seed, int firstSequence) {
  /** Keeps all weights: for everything but training. */
  public static final Dropout NONE = new Dropout(0, 0);

  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException when it is not in [0, 1)
   */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("a dropout of %s is not in [0, 1)".formatted(rate));
    }
  }

  /** Dropout whose sequences are named from 0 on. */
  public Dropout(double rate, long seed) {
    this(rate, seed, 0);
  }

  /** The same dropout, its sequences named from {@code sequence} on. */
  public Dropout fromSequence(int sequence) {
    return new Dropout(rate, seed, firstSequence + sequence);
  }

  /**
   * Multiplies {@code n} values in place, each by 0 or {@code 1 / (1 - rate)}. Sequence, head and
   * query name them: the weights of a query with its keys, or, for head 0, the values of a token.
   */
  public void apply(int sequence, int head, int query, float[] weights, int at, int n) {
    if (rate == 0) {
      return;
    }
    float kept = (float) (1 / (1 - rate));
    for (int key = 0; key < n; key++) {
      double uniform = CounterRandom.uniform(seed, firstSequence + sequence, head, query, key);
      weights[at + key] *= uniform < rate ? 0f : kept;
    }
  }
}
