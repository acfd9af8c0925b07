package io.heed.kernel;

import static io.heed.kernel.SimdLanes.REGISTERS;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * Gradients of attention, head by head and sequence by sequence, a block of queries at a time:
 * their weights and slopes come first, row by row, and with them the gradients of the queries; then
 * the sums of all keys and values go on by the queries of the block.
 */
final class SimdAttentionGradient {
  private static final int ROWS = SimdAttentionSlopes.ROWS;

  /** As many rows as queries are weighed together. */
  private static final SimdScoreTiles TILES =
      REGISTERS >= 32 ? new SimdScoreTiles8x2() : new SimdScoreTiles4x2();

  private static final int PANEL = TILES.width();

  private final AttentionInputs inputs;
  private final AttentionMask mask;
  private final Matrix contextGradient;
  private final AttentionGradients gradients;
  private final Scratch scratch;
  private final SimdAttentionSlopes slopes;
  private final int depth;
  private final int valueWidth;

  /** What each few queries of a block see: the keys from a start to an end. */
  private final int[] starts = new int[SimdScoreBlocks.QUERIES / ROWS];

  private final int[] ends = new int[SimdScoreBlocks.QUERIES / ROWS];

  /** The sequence and head at hand. */
  private int sequence;

  private int head;
  private int queryCount;
  private int keyCount;

  /** Panels of {@code [evenKeys, Dh]}. */
  private float[] keys;

  private int evenKeys;

  private SimdScoreBlocks blocks;

  /** Panels of {@code [paddedKeys, Dh]} and {@code [paddedKeys, Dv]}. */
  private float[] keySums;

  private float[] valueSums;
  private int paddedKeys;

  private SimdAttentionGradient(
      AttentionInputs inputs,
      AttentionRule rule,
      Matrix context,
      Matrix contextGradient,
      AttentionGradients gradients,
      Scratch scratch) {
    this.inputs = inputs;
    this.mask = rule.mask();
    this.contextGradient = contextGradient;
    this.gradients = gradients;
    this.scratch = scratch;
    this.slopes = new SimdAttentionSlopes(inputs, rule, context, contextGradient, scratch);
    this.depth = inputs.headWidth();
    this.valueWidth = inputs.valueWidth();
  }

  /** All heads of all sequences. */
  static void apply(
      AttentionInputs inputs,
      AttentionRule rule,
      Matrix context,
      Matrix contextGradient,
      AttentionGradients gradients,
      Scratch scratch) {
    SimdAttentionGradient gradient =
        new SimdAttentionGradient(inputs, rule, context, contextGradient, gradients, scratch);
    for (int s = 0; s < inputs.sequences(); s++) {
      gradient.applySequence(s);
    }
  }

  private void applySequence(int index) {
    sequence = index;
    queryCount = inputs.queryCount(index);
    keyCount = inputs.keyCount(index);
    paddedKeys = SimdSoftmax.padded(keyCount);
    blocks = new SimdScoreBlocks(keyCount, scratch);
    evenKeys = keyCount + (keyCount & 1);
    keys = scratch.values(Panels.size(depth, evenKeys, PANEL));
    keySums = scratch.keyGradients(sumsSize(depth));
    valueSums = scratch.valueGradients(sumsSize(valueWidth));
    for (head = 0; head < inputs.heads(); head++) {
      applyHead();
    }
  }

  private int sumsSize(int width) {
    return Math.multiplyExact(paddedKeys, Panels.count(width, PANEL) * PANEL);
  }

  private void applyHead() {
    slopes.begin(sequence, head);
    Matrix k = inputs.keys();
    int at = k.index(inputs.keyStarts()[sequence]) + head * depth;
    SimdPanels.pack(k.data(), at, k.stride(), keyCount, depth, PANEL, 0f, keys);
    Arrays.fill(keySums, 0, sumsSize(depth), 0f);
    Arrays.fill(valueSums, 0, sumsSize(valueWidth), 0f);
    for (int query = 0; query < queryCount; query += SimdScoreBlocks.QUERIES) {
      applyBlock(query, Math.min(SimdScoreBlocks.QUERIES, queryCount - query));
    }
    takeSums(keySums, depth, gradients.keys());
    takeSums(valueSums, valueWidth, gradients.values());
  }

  private void takeSums(float[] sums, int width, Matrix target) {
    int row = inputs.keyStarts()[sequence];
    for (int key = 0; key < keyCount; key++) {
      int to = target.index(row + key) + head * width;
      for (int c = 0; c < width; c += PANEL) {
        int from = c * paddedKeys + key * PANEL;
        int n = Math.min(PANEL, width - c);
        SimdGradientRows.copyPositiveZeros(sums, from, target.data(), to + c, n);
      }
    }
  }

  private void applyBlock(int query, int count) {
    int start = keyCount;
    int end = 0;
    for (int r = 0; r < count; r += ROWS) {
      int rows = Math.min(ROWS, count - r);
      findKeys(r / ROWS, query + r, rows);
      if (starts[r / ROWS] < ends[r / ROWS]) {
        start = Math.min(start, starts[r / ROWS]);
        end = Math.max(end, ends[r / ROWS]);
        slopes.weigh(query + r, rows, starts[r / ROWS], ends[r / ROWS], blocks, r);
      }
      queryGradients(query + r, rows, starts[r / ROWS], ends[r / ROWS], r);
    }
    if (start < end) {
      clearUnseen(count, start, end);
      addQueries(query, count, start, end);
    }
  }

  /** Which keys some queries see. */
  private void findKeys(int index, int query, int rows) {
    int start = keyCount;
    int end = 0;
    for (int q = query; q < query + rows; q++) {
      start = Math.min(start, mask.start(sequence, q));
      end = Math.max(end, Math.min(keyCount, mask.end(sequence, q, keyCount)));
    }
    boolean any = start < end;
    starts[index] = any ? start - start % SimdAttentionSlopes.ALIGNED_KEYS : 0;
    ends[index] = any ? end : 0;
  }

  /** {@code dQ = dS K}. */
  private void queryGradients(int query, int rows, int start, int end, int place) {
    Matrix target = gradients.queries();
    int at = target.index(inputs.queryStarts()[sequence] + query) + head * depth;
    float[] tile = scratch.tile(2 * ROWS * PANEL);
    for (int c = 0; c < depth; c += PANEL) {
      multiply(start, end, place, c, tile);
      int columns = Math.min(PANEL, depth - c);
      for (int r = 0; r < rows; r++) {
        int to = at + r * target.stride() + c;
        SimdGradientRows.copyPositiveZeros(tile, r * PANEL, target.data(), to, columns);
      }
    }
  }

  /**
   * A tile of the product of slopes and keys. One key more, where their number is odd, has slopes
   * of 0.
   */
  private void multiply(int start, int end, int place, int column, float[] tile) {
    if (start == end) {
      Arrays.fill(tile, 0, ROWS * PANEL, 0f);
    }
    int n;
    for (int k = start; k < end; k += n) {
      n = SimdScoreBlocks.run(k, end);
      int a = SimdScoreBlocks.at(place, k);
      int b = Panels.at(column, evenKeys) + k * PANEL;
      int c = k == start ? 0 : ROWS * PANEL;
      TILES.multiply(n + (n & 1), blocks.slopes, a, keys, b, tile, c);
      if (c > 0) {
        SimdRows.add(tile, c, tile, 0, ROWS * PANEL);
      }
    }
  }

  /** Zeros where some queries of a block see none of the keys that others see. */
  private void clearUnseen(int count, int start, int end) {
    for (int r = 0; r < count; r += ROWS) {
      int rows = Math.min(ROWS, count - r);
      int from = starts[r / ROWS];
      int to = ends[r / ROWS];
      if (from == to) {
        blocks.clear(r, rows, start, SimdSoftmax.padded(end));
      } else {
        blocks.clear(r, rows, start, from);
        blocks.clear(r, rows, SimdSoftmax.padded(to), SimdSoftmax.padded(end));
      }
    }
    if (count % 2 == 1) {
      blocks.clear(count, 1, start, SimdSoftmax.padded(end));
    }
  }

  /** Adds what the queries of a block give to the sums of the keys that any of them sees. */
  private void addQueries(int query, int count, int start, int end) {
    int even = count + (count & 1);
    float[] q = scratch.inputPanels(Panels.size(depth, even, PANEL));
    float[] g = scratch.outputPanels(Panels.size(valueWidth, even, PANEL));
    pack(inputs.queries(), depth, query, count, q);
    pack(contextGradient, valueWidth, query, count, g);
    for (int key = start; key < end; key += TILES.rows()) {
      int first = firstSeeing(key, count);
      int steps = Math.min(even, lastSeeing(key, count) + ROWS) - first;
      if (steps > 0) {
        proceed(blocks.slopes, key, first, steps, even, q, depth, keySums);
        proceed(blocks.weights, key, first, steps, even, g, valueWidth, valueSums);
      }
    }
  }

  private void pack(Matrix matrix, int width, int query, int count, float[] panels) {
    int at = matrix.index(inputs.queryStarts()[sequence] + query) + head * width;
    SimdPanels.pack(matrix.data(), at, matrix.stride(), count, width, PANEL, 0f, panels);
  }

  /** The first few queries of a block that see any key of a tile, or their number. */
  private int firstSeeing(int key, int count) {
    int r = 0;
    while (r < count && !sees(r, key)) {
      r += ROWS;
    }
    return Math.min(r, count + (count & 1));
  }

  private int lastSeeing(int key, int count) {
    int r = (count - 1) / ROWS * ROWS;
    while (r >= 0 && !sees(r, key)) {
      r -= ROWS;
    }
    return r;
  }

  private boolean sees(int r, int key) {
    return key < ends[r / ROWS] && key + TILES.rows() > starts[r / ROWS];
  }

  private void proceed(
      float[] x, int key, int first, int steps, int even, float[] y, int width, float[] sums) {
    int xAt = SimdScoreBlocks.at(first, key);
    for (int c = 0; c < width; c += PANEL) {
      int yAt = Panels.at(c, even) + first * PANEL;
      TILES.proceed(steps, x, xAt, y, yAt, sums, c * paddedKeys + key * PANEL, PANEL);
    }
  }
}
