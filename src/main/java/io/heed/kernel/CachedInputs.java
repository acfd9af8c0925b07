package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * What causal attention reads when earlier keys and values are cached: the new tokens of some
 * sequences, each behind those that the cache holds of its sequence.
 *
 * @param queries {@code [T, H·Dh]}, of the new tokens
 * @param keys {@code [T, K·Dh]}
 * @param values {@code [T, K·Dh]}
 * @param starts {@code [B + 1]}, first new token of each sequence, then T
 * @param heads number of heads of queries, H
 * @param keyValueHeads number of heads of keys and values, K, a divisor of H, shared as in {@link
 *     AttentionInputs}
 * @param cache of the layer, which may have more heads
 * @param firstHead head of the cache that is head 0 of keys and values here
 * @param runs {@code [B]}, place of each sequence's first token
 * @param cached {@code [B]}, tokens of each sequence that the cache holds
 */
public record CachedInputs(
    Matrix queries,
    Matrix keys,
    Matrix values,
    int[] starts,
    int heads,
    int keyValueHeads,
    KeyValues cache,
    int firstHead,
    int[] runs,
    int[] cached) {

  /**
   * Checks that the shapes agree and that the tokens have places.
   *
   * @throws IllegalArgumentException when they do not
   */
  public CachedInputs {
    AttentionShapes.checkHeads(queries.columns(), heads);
    AttentionShapes.checkSharing(heads, keyValueHeads);
    AttentionShapes.checkKeys(queries, heads, keys, keyValueHeads, values);
    Shapes.checkSame(keys, values);
    Shapes.checkSequences(starts, queries.rows(), 0);
    Shapes.checkSequences(starts, keys.rows(), 0);
    AttentionShapes.checkCache(queries.columns() / heads, keyValueHeads, firstHead, cache);
    AttentionShapes.checkRuns(starts, runs, cached, cache.places());
  }

  /** Heads of queries that share a head of keys and values. */
  public int sharing() {
    return heads / keyValueHeads;
  }

  /** B. */
  public int sequences() {
    return runs.length;
  }

  /** New tokens of a sequence. */
  public int count(int sequence) {
    return starts[sequence + 1] - starts[sequence];
  }

  /** Dh. */
  public int headWidth() {
    return cache.headWidth();
  }

  /** Scaled dot products with the keys at a token's own place and before it. */
  AttentionRule rule() {
    return AttentionRule.of(ScoreFunction.scaledDot(headWidth()), AttentionMask.causal());
  }
}
