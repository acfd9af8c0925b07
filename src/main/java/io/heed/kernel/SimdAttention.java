package io.heed.kernel;

import static io.heed.kernel.SimdLanes.REGISTERS;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * Attention, head by head and sequence by sequence: the keys and values of one head are packed
 * once, then a few queries at a time make a block of scores that stays in the first cache.
 */
final class SimdAttention {
  /** The width of a panel divides the usual widths of a head. */
  static final SimdTiles TILES = new SimdTiles2(REGISTERS >= 32 ? 8 : 4);

  private static final int PANEL = TILES.width();

  private final AttentionInputs inputs;
  private final AttentionRule rule;
  private final Matrix context;
  private final AttentionWeights weights;
  private final Scratch scratch;
  private final int depth;
  private final int valueWidth;

  /** The sequence and head at hand. */
  private int sequence;

  private int head;

  /** Their queries, and the keys packed and the values beside them. */
  private int queryCount;

  private int keyCount;

  /** Panels of {@code [Dh, keys]} and {@code [keys, Dv/H]}. */
  private float[] keys;

  private float[] values;

  /** {@code [TILES.rows(), scoreStride]}. */
  private float[] scores;

  private int scoreStride;

  private SimdAttention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    this.inputs = inputs;
    this.rule = rule;
    this.context = outputs.context();
    this.weights = outputs.weights().orElse(null);
    this.scratch = scratch;
    this.depth = inputs.headWidth();
    this.valueWidth = inputs.valueWidth();
  }

  /** All heads of all sequences. */
  static void apply(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    SimdAttention attention = new SimdAttention(inputs, rule, outputs, scratch);
    for (int s = 0; s < inputs.sequences(); s++) {
      attention.applySequence(s);
    }
  }

  private void applySequence(int index) {
    sequence = index;
    queryCount = inputs.queryCount(index);
    keyCount = inputs.keyCount(index);
    keys = scratch.keys(Panels.size(keyCount, depth, PANEL));
    values = scratch.values(Panels.size(valueWidth, keyCount, PANEL));
    scoreStride = SimdSoftmax.padded(Panels.count(keyCount, PANEL) * PANEL);
    scores = scratch.scores(TILES.rows() * scoreStride);
    for (head = 0; head < inputs.heads() && queryCount > 0; head++) {
      packHead();
      for (int query = 0; query < queryCount; query += TILES.rows()) {
        attend(query, Math.min(TILES.rows(), queryCount - query));
      }
    }
  }

  private void packHead() {
    int start = inputs.keyStarts()[sequence];
    Matrix k = inputs.keys().columns(head * depth, (head + 1) * depth);
    Panels.packRows(k.data(), k.index(start), k.stride(), keyCount, depth, keys, 0, PANEL);
    Panels.clearTail(keys, keyCount, depth, PANEL);
    Matrix v = inputs.values().columns(head * valueWidth, (head + 1) * valueWidth);
    Panels.packColumns(v.data(), v.index(start), v.stride(), keyCount, valueWidth, values, PANEL);
  }

  /** The context of {@code rows} queries from {@code query} on. */
  private void attend(int query, int rows) {
    int end = 0;
    for (int r = 0; r < rows; r++) {
      end = Math.max(end, Math.min(keyCount, rule.mask().end(sequence, query + r, keyCount)));
    }
    score(query, rows, end);
    float[] factors = scratch.row(rows);
    weigh(query, rows, end, factors);
    average(query, rows, end, factors);
    if (weights != null) {
      keepWeights(query, rows, end, factors);
    }
  }

  /**
   * The scores of the keys before {@code end}, the rest of the last panel too.
   *
   * @param end behind all keys that the queries see
   */
  private void score(int query, int rows, int end) {
    Matrix queries = inputs.queries();
    int at = queries.index(inputs.queryStarts()[sequence] + query) + head * depth;
    ScoreFunction function = rule.score();
    for (int j = 0; j < end; j += PANEL) {
      int panel = Panels.at(j, depth);
      switch (function.form()) {
        case DOT ->
            TILES.multiply(
                rows,
                PANEL,
                depth,
                queries.data(),
                at,
                queries.stride(),
                keys,
                panel,
                scores,
                j,
                scoreStride,
                scratch);
        case GAUSSIAN ->
            SimdScores.gaussian(
                rows,
                PANEL,
                depth,
                queries.data(),
                at,
                queries.stride(),
                keys,
                panel,
                scores,
                j,
                scoreStride);
        case ADDITIVE ->
            SimdScores.additive(
                rows,
                PANEL,
                depth,
                queries.data(),
                at,
                queries.stride(),
                keys,
                panel,
                function.vector(),
                head * depth,
                scores,
                j,
                scoreStride);
      }
    }
  }

  /**
   * Scores to weights, each row short of its factor: 1 over its sum, or 0 where a query sees no
   * key.
   */
  private void weigh(int query, int rows, int end, float[] factors) {
    if (end == 0) {
      Arrays.fill(factors, 0, rows, 0f);
      return;
    }
    int seeing = 0;
    for (int r = 0; r < rows; r++) {
      int at = r * scoreStride;
      seeing |= HiddenKeys.hide(rule.mask(), sequence, query + r, scores, at, end) ? 1 << r : 0;
    }
    SimdSoftmax.exponentiate(
        scores, 0, scoreStride, rows, end, rule.score().scale(), factors, scratch.lanes(rows));
    for (int r = 0; r < rows; r++) {
      if ((seeing >> r & 1) == 1) {
        factors[r] = 1f / factors[r];
        rule.dropout().apply(sequence, head, query + r, scores, r * scoreStride, end);
      } else {
        factors[r] = 0f;
        Arrays.fill(scores, r * scoreStride, r * scoreStride + end, 0f);
      }
    }
  }

  /** {@code context = scores V}, times the factors. */
  private void average(int query, int rows, int end, float[] factors) {
    int row = inputs.queryStarts()[sequence] + query;
    int at = context.index(row) + head * valueWidth;
    for (int j = 0; j < valueWidth; j += PANEL) {
      TILES.multiply(
          rows,
          Math.min(PANEL, valueWidth - j),
          end,
          scores,
          0,
          scoreStride,
          values,
          Panels.at(j, keyCount),
          context.data(),
          at + j,
          context.stride(),
          scratch);
    }
    if (end == 0) {
      for (int r = 0; r < rows; r++) {
        int start = at + r * context.stride();
        Arrays.fill(context.data(), start, start + valueWidth, 0f);
      }
    }
    SimdRows.scaleRows(context.data(), at, context.stride(), rows, valueWidth, factors);
  }

  private void keepWeights(int query, int rows, int end, float[] factors) {
    for (int r = 0; r < rows; r++) {
      int at = weights.index(sequence, head, query + r);
      System.arraycopy(scores, r * scoreStride, weights.data(), at, end);
      Arrays.fill(weights.data(), at + end, at + keyCount, 0f);
    }
    int at = weights.index(sequence, head, query);
    SimdRows.scaleRows(weights.data(), at, keyCount, rows, end, factors);
  }
}
