package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * What attention over packed sequences reads. Sequence s of the queries attends to sequence s of
 * the keys; the two may differ in length, and either may be empty.
 *
 * @param queries {@code [Tq, D]}
 * @param keys {@code [Tk, D]}
 * @param values {@code [Tk, Dv]}
 * @param queryStarts {@code [B + 1]}, first query of each sequence, then Tq
 * @param keyStarts {@code [B + 1]}, first key of each sequence, then Tk
 * @param heads number of heads, a divisor of D and of Dv
 */
public record AttentionInputs(
    Matrix queries, Matrix keys, Matrix values, int[] queryStarts, int[] keyStarts, int heads) {

  /**
   * Checks that the shapes agree.
   *
   * @throws IllegalArgumentException when they do not
   */
  public AttentionInputs {
    AttentionShapes.checkHeads(queries.columns(), heads);
    AttentionShapes.checkHeads(values.columns(), heads);
    AttentionShapes.checkKeys(queries, keys, values);
    AttentionShapes.checkPairs(queryStarts, queries.rows(), keyStarts, keys.rows());
  }

  /** Self-attention: queries, keys and values of the same sequences. */
  public static AttentionInputs within(
      Matrix queries, Matrix keys, Matrix values, int[] cumulativeLengths, int heads) {
    return new AttentionInputs(queries, keys, values, cumulativeLengths, cumulativeLengths, heads);
  }

  /** B. */
  public int sequences() {
    return queryStarts.length - 1;
  }

  /** Queries of a sequence. */
  public int queryCount(int sequence) {
    return queryStarts[sequence + 1] - queryStarts[sequence];
  }

  /** Keys of a sequence. */
  public int keyCount(int sequence) {
    return keyStarts[sequence + 1] - keyStarts[sequence];
  }

  /** {@code Dh = D / H}. */
  public int headWidth() {
    return queries.columns() / heads;
  }

  /** {@code Dv / H}. */
  public int valueWidth() {
    return values.columns() / heads;
  }
}
