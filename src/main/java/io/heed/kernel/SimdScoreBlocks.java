package io.heed.kernel;

import static io.heed.kernel.SimdScoreTiles.SCORE_BLOCK;
import static io.heed.kernel.SimdScoreTiles.SCORE_STRIDE;

import java.util.Arrays;

/**
 * The weights of a few queries with all keys of a head and the slopes of their scores, in the order
 * in which {@link SimdScoreTiles} read them: for each block of keys a row for each query.
 */
final class SimdScoreBlocks {
  /** Queries, a multiple of every tile's rows. Two blocks of keys fill half the second cache. */
  static final int QUERIES = 48;

  private static final int SIZE = QUERIES * SCORE_STRIDE;

  final float[] weights;
  final float[] slopes;

  SimdScoreBlocks(int keys, Scratch scratch) {
    int size = Math.multiplyExact(Panels.count(keys, SCORE_BLOCK), SIZE);
    this.weights = scratch.weightBlocks(size);
    this.slopes = scratch.slopeBlocks(size);
  }

  /** Index of a key for a query, counted in the block. */
  static int at(int query, int key) {
    return key / SCORE_BLOCK * SIZE + query * SCORE_STRIDE + key % SCORE_BLOCK;
  }

  /** How many keys from {@code key} on, before {@code end}, stand side by side. */
  static int run(int key, int end) {
    return Math.min(end, key - key % SCORE_BLOCK + SCORE_BLOCK) - key;
  }

  /** Zeros for some keys of some queries. */
  void clear(int query, int queries, int from, int to) {
    int n;
    for (int key = from; key < to; key += n) {
      n = run(key, to);
      for (int q = query; q < query + queries; q++) {
        int at = at(q, key);
        Arrays.fill(weights, at, at + n, 0f);
        Arrays.fill(slopes, at, at + n, 0f);
      }
    }
  }
}
