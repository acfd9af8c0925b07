package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * The {@link RelativeTerms} of one head of one sequence. Products with the vectors of all distances
 * that occur are made at once: of all keys when the head begins, of a few queries when their turn
 * comes; then each score takes the two that belong to its distance.
 */
final class SimdTerms {
  private final RelativeTerms terms;
  private final SimdTiles tiles;
  private final int panel;
  private final Scratch scratch;

  /** The rows of the distances that occur in the sequence at hand. */
  private int first;

  private int count;
  private int stride;

  /** Panels of {@code [Dh, count]}: the vectors that queries are multiplied with. */
  private float[] vectors;

  /** {@code [queries of a tile, stride]} and {@code [keys, stride]}: what came of it. */
  private float[] ofQueries;

  private float[] ofKeys;

  SimdTerms(RelativeTerms terms, SimdTiles tiles, Scratch scratch) {
    this.terms = terms;
    this.tiles = tiles;
    this.panel = tiles.width();
    this.scratch = scratch;
  }

  /**
   * Begins a head.
   *
   * @param queries number of them in the sequence
   * @param keys {@code [keys, Dh]}
   * @param column the head's first in the vectors
   */
  void begin(int queries, Matrix keys, int column) {
    first = terms.row(1 - Math.max(1, keys.rows()));
    count = terms.row(Math.max(1, queries) - 1) - first + 1;
    stride = Panels.count(count, panel) * panel;
    int depth = keys.columns();
    if (terms.queries().isPresent()) {
      float[] panels = pack(terms.queries().get(), column, depth);
      ofKeys = scratch.keyTerms(Math.multiplyExact(keys.rows(), stride));
      multiply(keys.rows(), depth, keys.data(), keys.offset(), keys.stride(), panels, ofKeys);
    }
    if (terms.keys().isPresent()) {
      vectors = pack(terms.keys().get(), column, depth);
      ofQueries = scratch.queryTerms(tiles.rows() * stride);
    }
  }

  private float[] pack(Matrix all, int column, int depth) {
    float[] panels = scratch.termVectors(Panels.size(count, depth, panel));
    int at = all.index(first) + column;
    Panels.packRows(all.data(), at, all.stride(), count, depth, panels, 0, panel);
    Panels.clearTail(panels, count, depth, panel);
    return panels;
  }

  private void multiply(
      int rows, int depth, float[] x, int at, int xStride, float[] panels, float[] products) {
    for (int j = 0; j < count; j += panel) {
      tiles.multiply(
          rows,
          panel,
          0,
          depth,
          x,
          at,
          xStride,
          panels,
          Panels.at(j, depth),
          products,
          j,
          stride,
          scratch);
    }
  }

  /**
   * Adds the terms of some queries.
   *
   * @param query the first of them, {@code rows} in number, at {@code at} in {@code queries}
   * @param scores rows {@code scoreStride} apart, of which the keys {@code start} to {@code end}
   *     (exclusive) are wanted
   */
  void add(
      int query,
      int rows,
      Matrix queries,
      int at,
      int depth,
      int start,
      int end,
      float[] scores,
      int scoreStride) {
    boolean byQuery = terms.keys().isPresent();
    boolean byKey = terms.queries().isPresent();
    if (byQuery) {
      multiply(rows, depth, queries.data(), at, queries.stride(), vectors, ofQueries);
    }
    for (int r = 0; r < rows; r++) {
      int distance = terms.reach() + query + r;
      int row = r * scoreStride;
      if (byQuery) {
        addOfQuery(scores, row, distance, r * stride - first, start, end);
      }
      if (byKey) {
        addOfKeys(scores, row, distance, start, end);
      }
    }
  }

  private void addOfQuery(float[] scores, int row, int distance, int at, int start, int end) {
    int[] rows = terms.rows();
    float[] products = ofQueries;
    for (int j = start; j < end; j++) {
      scores[row + j] += products[at + rows[distance - j]];
    }
  }

  private void addOfKeys(float[] scores, int row, int distance, int start, int end) {
    int[] rows = terms.rows();
    float[] products = ofKeys;
    for (int j = start; j < end; j++) {
      scores[row + j] += products[j * stride - first + rows[distance - j]];
    }
  }
}
