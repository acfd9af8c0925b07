package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * What attention over packed sequences reads. Sequence s of the queries attends to sequence s of
 * the keys; the two may differ in length, and either may be empty.
 *
 * <p>Where there are fewer heads of keys and values than of queries (Ainslie et al., 2023), the
 * first heads of queries share the first of them, as many the next, and so on.
 *
 * @param queries {@code [Tq, H·Dh]}
 * @param keys {@code [Tk, K·Dh]}
 * @param values {@code [Tk, K·Dv]}
 * @param queryStarts {@code [B + 1]}, first query of each sequence, then Tq
 * @param keyStarts {@code [B + 1]}, first key of each sequence, then Tk
 * @param heads number of heads of queries, H
 * @param keyValueHeads number of heads of keys and values, K, a divisor of H
 */
public record AttentionInputs(
    Matrix queries,
    Matrix keys,
    Matrix values,
    int[] queryStarts,
    int[] keyStarts,
    int heads,
    int keyValueHeads) {

  /**
   * Checks that the shapes agree.
   *
   * @throws IllegalArgumentException when they do not
   */
  public AttentionInputs {
    AttentionShapes.checkHeads(queries.columns(), heads);
    AttentionShapes.checkSharing(heads, keyValueHeads);
    AttentionShapes.checkHeads(values.columns(), keyValueHeads);
    AttentionShapes.checkKeys(queries, heads, keys, keyValueHeads, values);
    AttentionShapes.checkPairs(queryStarts, queries.rows(), keyStarts, keys.rows());
  }

  /** As many heads of keys and values as of queries. */
  public AttentionInputs(
      Matrix queries, Matrix keys, Matrix values, int[] queryStarts, int[] keyStarts, int heads) {
    this(queries, keys, values, queryStarts, keyStarts, heads, heads);
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

  /** Dh. */
  public int headWidth() {
    return queries.columns() / heads;
  }

  /** Dv. */
  public int valueWidth() {
    return values.columns() / keyValueHeads;
  }

  /** Heads of queries that share a head of keys and values. */
  public int sharing() {
    return heads / keyValueHeads;
  }
}
