package io.heed.kernel;

import static io.heed.kernel.SimdLanes.LANES;
import static io.heed.kernel.SimdLanes.REGISTERS;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * The weights of a few queries with the keys of one head, computed again as {@link SimdAttention}
 * does, and the slopes of their scores.
 */
final class SimdAttentionSlopes {
  private static final SimdTiles TILES = SimdLinear.TILES;

  /** Queries that are weighed together. */
  static final int ROWS = TILES.rows();

  private static final int PANEL = TILES.width();

  /** For the last keys, by the vectors that they fill less one. */
  private static final SimdTiles[] LAST_TILES =
      REGISTERS >= 32
          ? new SimdTiles[] {new SimdTiles1Of3(ROWS), new SimdTiles2Of3(ROWS), TILES}
          : new SimdTiles[] {TILES, TILES};

  /** Keys are skipped in multiples of it: whole panels, and whole rounds of the lanes of a sum. */
  static final int ALIGNED_KEYS = 3 * ScalarMath.LANES;

  private final AttentionInputs inputs;
  private final AttentionRule rule;
  private final Matrix context;
  private final Matrix contextGradient;
  private final Scratch scratch;
  private final int depth;
  private final int valueWidth;
  private final float[] sums = new float[ROWS];
  private final float[] deltas = new float[ROWS];

  /** The sequence and head at hand. */
  private int sequence;

  private int head;
  private int keyCount;

  /** Panels of {@code [Dh, keys]} and {@code [Dv, keys]}. */
  private float[] keys;

  private float[] values;

  /** {@code [ROWS, stride]}, of queries with keys and of gradients of contexts with values. */
  private float[] scores;

  private float[] products;
  private int stride;

  SimdAttentionSlopes(
      AttentionInputs inputs,
      AttentionRule rule,
      Matrix context,
      Matrix contextGradient,
      Scratch scratch) {
    this.inputs = inputs;
    this.rule = rule;
    this.context = context;
    this.contextGradient = contextGradient;
    this.scratch = scratch;
    this.depth = inputs.headWidth();
    this.valueWidth = inputs.valueWidth();
  }

  /** Packs the keys and values of a head. */
  void begin(int sequenceIndex, int headIndex) {
    sequence = sequenceIndex;
    head = headIndex;
    keyCount = inputs.keyCount(sequence);
    keys = scratch.keys(Panels.size(keyCount, depth, PANEL));
    values = scratch.valueRows(Panels.size(keyCount, valueWidth, PANEL));
    pack(inputs.keys(), depth, keys);
    pack(inputs.values(), valueWidth, values);
    stride = SimdSoftmax.padded(Panels.count(keyCount, PANEL) * PANEL);
    scores = scratch.scores(ROWS * stride);
    products = scratch.slopes(ROWS * stride);
  }

  private void pack(Matrix rows, int width, float[] panels) {
    int at = rows.index(inputs.keyStarts()[sequence]) + head * width;
    Panels.packRows(rows.data(), at, rows.stride(), keyCount, width, panels, 0, PANEL);
    Panels.clearTail(panels, keyCount, width, PANEL);
  }

  /**
   * Weighs some queries.
   *
   * @param query the first of them
   * @param rows their number
   * @param start before all keys that any of them sees, a multiple of {@link #ALIGNED_KEYS}
   * @param end behind all of them, greater than {@code start}
   * @param blocks get weights and slopes, up to the next multiple of 16 behind {@code end}
   * @param place of the first query in the blocks
   */
  void weigh(int query, int rows, int start, int end, SimdScoreBlocks blocks, int place) {
    multiply(inputs.queries(), depth, keys, query, rows, start, end, scores);
    multiply(contextGradient, valueWidth, values, query, rows, start, end, products);
    int padded = start + SimdSoftmax.padded(end - start);
    int computed = start + Panels.count(end - start, LANES) * LANES;
    int seeing = 0;
    for (int r = 0; r < rows; r++) {
      int at = r * stride;
      if (computed < padded) {
        Arrays.fill(products, at + computed, at + padded, 0f);
      }
      boolean sees = HiddenKeys.hide(rule.mask(), sequence, query + r, scores, at, start, end);
      seeing |= sees ? 1 << r : 0;
    }
    SimdSoftmax.exponentiate(
        scores, start, stride, rows, end - start, rule.score().scale(), sums, scratch.lanes(rows));
    for (int r = 0; r < rows; r++) {
      sums[r] = (seeing >> r & 1) == 1 ? 1f / sums[r] : 0f;
      deltas[r] = delta(query + r);
    }
    if (rule.dropout().drops()) {
      drop(query, rows, products, 0, stride, start, end);
    }
    slopes(query, rows, start, end, padded, blocks, place);
  }

  /** Products of rows of one head of a matrix with the keys from {@code start} to {@code end}. */
  private void multiply(
      Matrix left,
      int width,
      float[] panels,
      int query,
      int rows,
      int start,
      int end,
      float[] results) {
    int at = left.index(inputs.queryStarts()[sequence] + query) + head * width;
    int last = start + (end - start) / PANEL * PANEL;
    for (int j = start; j < last; j += PANEL) {
      multiply(TILES, rows, left, at, width, panels, j, results);
    }
    if (last < end) {
      SimdTiles tiles = LAST_TILES[(end - last - 1) / LANES];
      multiply(tiles, rows, left, at, width, panels, last, results);
    }
  }

  private void multiply(
      SimdTiles tiles,
      int rows,
      Matrix left,
      int at,
      int width,
      float[] panels,
      int key,
      float[] results) {
    tiles.multiply(
        rows,
        PANEL,
        0,
        width,
        left.data(),
        at,
        left.stride(),
        panels,
        Panels.at(key, width),
        results,
        key,
        stride,
        scratch);
  }

  private void slopes(
      int query, int rows, int start, int end, int padded, SimdScoreBlocks blocks, int place) {
    int n;
    for (int key = start; key < padded; key += n) {
      n = SimdScoreBlocks.run(key, padded);
      int to = SimdScoreBlocks.at(place, key);
      SimdGradientRows.slopes(
          scores,
          products,
          key,
          stride,
          rows,
          n,
          sums,
          deltas,
          rule.score().scale(),
          blocks.weights,
          blocks.slopes,
          to,
          SimdScoreTiles.SCORE_STRIDE);
      if (rule.dropout().drops()) {
        int last = Math.min(end, key + n);
        drop(query, rows, blocks.weights, to - key, SimdScoreTiles.SCORE_STRIDE, key, last);
      }
    }
  }

  /**
   * Drops the values of the keys {@code from} to {@code to}, key 0 of the first row at {@code at}.
   */
  private void drop(int query, int rows, float[] x, int at, int rowStride, int from, int to) {
    for (int r = 0; r < rows; r++) {
      SimdDropout.apply(rule.dropout(), sequence, head, query + r, x, at + r * rowStride, from, to);
    }
  }

  private float delta(int query) {
    int row = inputs.queryStarts()[sequence] + query;
    int column = head * valueWidth;
    return SimdGradientRows.product(
        context.data(),
        context.index(row) + column,
        contextGradient.data(),
        contextGradient.index(row) + column,
        valueWidth,
        scratch.lanes());
  }
}
