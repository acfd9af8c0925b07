package io.heed.kernel;

import static io.heed.kernel.SimdLanes.REGISTERS;

import io.heed.kernel.AttentionMask.NoVisibleKey;
import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * Attention, head by head and sequence by sequence: the keys and values of one head are packed
 * once, then a few queries at a time make a block of scores that stays in the first cache.
 */
final class SimdAttention {
  /** The width of a panel divides the usual widths of a head. */
  static final SimdTiles TILES = new SimdTiles2(REGISTERS >= 32 ? 8 : 4);

  static final int PANEL = TILES.width();

  /** Keys are skipped in multiples of it: whole panels, and whole rounds of the lanes of a sum. */
  private static final int ALIGNED_KEYS = Math.max(PANEL, ScalarMath.LANES);

  private final Matrix queries;
  private final int[] queryStarts;
  private final AttentionRule rule;

  /** Whether a query that sees no key weighs all of them alike. */
  private final boolean uniform;

  private final Matrix context;
  private final AttentionWeights weights;
  private final RelativeBias bias;
  private final SimdTerms terms;
  private final Scratch scratch;
  private final int depth;
  private final int valueWidth;

  /** The sequence and head at hand. */
  private int sequence;

  private int head;

  /** Its queries, and the place of the first among the keys that a mask counts from. */
  private int queryCount;

  private int firstQuery;
  private int keyCount;

  /**
   * Panels of {@code [Dh, keys]}, the first key in the first column of the panel at {@code keysAt}.
   */
  private float[] keys;

  private int keysAt;

  /** Panels of {@code [valueDepth, Dv]}, the first value at {@code valuesAt} in the first one. */
  private float[] values;

  private int valuesAt;
  private int valueDepth;

  /** {@code [TILES.rows(), scoreStride]}. */
  private float[] scores;

  private int scoreStride;

  private SimdAttention(
      Matrix queries,
      int[] queryStarts,
      AttentionRule rule,
      AttentionOutputs outputs,
      int heads,
      Scratch scratch) {
    this.queries = queries;
    this.queryStarts = queryStarts;
    this.rule = rule;
    this.uniform = rule.mask().noVisibleKey() == NoVisibleKey.UNIFORM;
    this.context = outputs.context();
    this.weights = outputs.weights().orElse(null);
    this.bias = rule.bias().orElse(null);
    this.terms = rule.terms().map(some -> new SimdTerms(some, TILES, scratch)).orElse(null);
    this.scratch = scratch;
    this.depth = queries.columns() / heads;
    this.valueWidth = context.columns() / heads;
  }

  /** All heads of all sequences. */
  static void apply(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    SimdAttention attention =
        new SimdAttention(
            inputs.queries(), inputs.queryStarts(), rule, outputs, inputs.heads(), scratch);
    for (int s = 0; s < inputs.sequences(); s++) {
      attention.applySequence(s, inputs);
    }
  }

  private void applySequence(int index, AttentionInputs inputs) {
    begin(index, 0, inputs.keyCount(index));
    keys = scratch.keys(Panels.size(keyCount, depth, PANEL));
    keysAt = Panels.ORIGIN;
    values = scratch.values(Panels.size(valueWidth, keyCount, PANEL));
    valuesAt = Panels.ORIGIN;
    valueDepth = keyCount;
    for (int shared = 0; shared < inputs.keyValueHeads() && queryCount > 0; shared++) {
      packHead(inputs, shared);
      for (head = shared * inputs.sharing(); head < (shared + 1) * inputs.sharing(); head++) {
        if (terms != null) {
          terms.begin(queryCount, keyRows(inputs, shared), head * depth);
        }
        attendHead();
      }
    }
  }

  private void packHead(AttentionInputs inputs, int shared) {
    int start = inputs.keyStarts()[sequence];
    Matrix k = keyRows(inputs, shared);
    Panels.packRows(k.data(), k.offset(), k.stride(), keyCount, depth, keys, 0, PANEL);
    Panels.clearTail(keys, keyCount, depth, PANEL);
    Matrix v = inputs.values().columns(shared * valueWidth, (shared + 1) * valueWidth);
    Panels.packColumns(v.data(), v.index(start), v.stride(), keyCount, valueWidth, values, PANEL);
  }

  /** The keys of a head, {@code [keys, Dh]}. */
  private Matrix keyRows(AttentionInputs inputs, int shared) {
    int start = inputs.keyStarts()[sequence];
    return inputs
        .keys()
        .columns(shared * depth, (shared + 1) * depth)
        .rows(start, start + keyCount);
  }

  /** All heads of the new tokens of all sequences, whose keys and values go to the cache. */
  static void applyCached(
      CachedInputs inputs, PanelKeyValues cache, Matrix context, Scratch scratch) {
    SimdAttention attention =
        new SimdAttention(
            inputs.queries(),
            inputs.starts(),
            inputs.rule(),
            AttentionOutputs.of(context),
            inputs.heads(),
            scratch);
    for (int s = 0; s < inputs.sequences(); s++) {
      attention.applyCachedSequence(s, inputs, cache);
    }
  }

  private void applyCachedSequence(int index, CachedInputs inputs, PanelKeyValues cache) {
    int cached = inputs.cached()[index];
    begin(index, cached, cached + inputs.count(index));
    int run = inputs.runs()[index];
    keysAt = cache.keyPanel(run);
    valuesAt = cache.valuePanel(0, run);
    valueDepth = cache.places();
    for (int shared = 0; shared < inputs.keyValueHeads(); shared++) {
      cache.append(inputs, index, shared);
      keys = cache.keys(inputs.firstHead() + shared);
      values = cache.values(inputs.firstHead() + shared);
      for (head = shared * inputs.sharing(); head < (shared + 1) * inputs.sharing(); head++) {
        attendHead();
      }
    }
  }

  private void begin(int index, int cached, int allKeys) {
    sequence = index;
    queryCount = queryStarts[index + 1] - queryStarts[index];
    firstQuery = cached;
    keyCount = allKeys;
    scoreStride = SimdSoftmax.padded(Panels.count(keyCount, PANEL) * PANEL);
    scores = scratch.scores(TILES.rows() * scoreStride);
  }

  private void attendHead() {
    for (int query = 0; query < queryCount; query += TILES.rows()) {
      attend(query, Math.min(TILES.rows(), queryCount - query));
    }
  }

  /** The context of {@code rows} queries from {@code query} on. */
  private void attend(int query, int rows) {
    int start = keyCount;
    int end = 0;
    for (int r = 0; r < rows; r++) {
      start = Math.min(start, start(firstQuery + query + r));
      end = Math.max(end, end(firstQuery + query + r));
    }
    // Panels and the lanes of a sum count from key 0, whatever stands before the first that is
    // seen.
    start = Math.min(start, end) & -ALIGNED_KEYS;
    score(query, rows, start, end);
    if (bias != null) {
      for (int r = 0; r < rows; r++) {
        int at = bias.at(head, query + r) + start;
        SimdRows.add(bias.values().data(), at, scores, r * scoreStride + start, end - start);
      }
    }
    if (terms != null) {
      int at = queries.index(queryStarts[sequence] + query) + head * depth;
      terms.add(query, rows, queries, at, depth, start, end, scores, scoreStride);
    }
    float[] factors = scratch.row(rows);
    weigh(query, rows, start, end, factors);
    average(query, rows, start, end, factors);
    if (weights != null) {
      keepWeights(query, rows, start, end, factors);
    }
  }

  /** Before all keys that have a weight for a query. */
  private int start(int query) {
    return hidesAllUniformly(query) ? 0 : rule.mask().start(sequence, query);
  }

  /** Behind all keys that have a weight for a query. */
  private int end(int query) {
    return hidesAllUniformly(query)
        ? keyCount
        : Math.min(keyCount, rule.mask().end(sequence, query, keyCount));
  }

  private boolean hidesAllUniformly(int query) {
    return uniform && HiddenKeys.hidesAll(rule.mask(), sequence, query, keyCount);
  }

  /**
   * The scores of the keys from {@code start} to {@code end}, the rest of the last panel too.
   *
   * @param start before all keys that have a weight for any of the queries, where a panel begins
   * @param end behind all of them
   */
  private void score(int query, int rows, int start, int end) {
    int at = queries.index(queryStarts[sequence] + query) + head * depth;
    ScoreFunction function = rule.score();
    for (int j = start; j < end; j += PANEL) {
      int panel = keysAt + j * depth;
      switch (function.form()) {
        case DOT ->
            TILES.multiply(
                rows,
                PANEL,
                0,
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
            SimdGaussian.scores(
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
            SimdAdditive.scores(
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
   * Scores to weights, each row short of its factor: 1 over its sum, or 0 where no key has a
   * weight.
   */
  private void weigh(int query, int rows, int start, int end, float[] factors) {
    if (end == start) {
      Arrays.fill(factors, 0, rows, 0f);
      return;
    }
    int weighing = 0;
    for (int r = 0; r < rows; r++) {
      int at = r * scoreStride;
      boolean sees =
          HiddenKeys.hide(rule.mask(), sequence, firstQuery + query + r, scores, at, start, end);
      weighing |= sees || uniform ? 1 << r : 0;
    }
    SimdSoftmax.exponentiate(
        scores,
        start,
        scoreStride,
        rows,
        end - start,
        rule.score().scale(),
        factors,
        scratch.lanes(rows));
    for (int r = 0; r < rows; r++) {
      int at = r * scoreStride;
      if ((weighing >> r & 1) == 1) {
        factors[r] = 1f / factors[r];
        SimdDropout.apply(rule.dropout(), sequence, head, query + r, scores, at, start, end);
      } else {
        factors[r] = 0f;
        Arrays.fill(scores, at + start, at + end, 0f);
      }
    }
  }

  /** {@code context = scores V}, times the factors. */
  private void average(int query, int rows, int start, int end, float[] factors) {
    int row = queryStarts[sequence] + query;
    int at = context.index(row) + head * valueWidth;
    for (int j = 0; j < valueWidth; j += PANEL) {
      TILES.multiply(
          rows,
          Math.min(PANEL, valueWidth - j),
          start,
          end,
          scores,
          0,
          scoreStride,
          values,
          valuesAt + j * valueDepth,
          context.data(),
          at + j,
          context.stride(),
          scratch);
    }
    if (end == start) {
      for (int r = 0; r < rows; r++) {
        int first = at + r * context.stride();
        Arrays.fill(context.data(), first, first + valueWidth, 0f);
      }
    }
    SimdRows.scaleRows(context.data(), at, context.stride(), rows, valueWidth, factors);
  }

  private void keepWeights(int query, int rows, int start, int end, float[] factors) {
    for (int r = 0; r < rows; r++) {
      int at = weights.index(sequence, head, query + r);
      Arrays.fill(weights.data(), at, at + start, 0f);
      System.arraycopy(scores, r * scoreStride + start, weights.data(), at + start, end - start);
      Arrays.fill(weights.data(), at + end, at + keyCount, 0f);
    }
    int at = weights.index(sequence, head, query) + start;
    SimdRows.scaleRows(weights.data(), at, keyCount, rows, end - start, factors);
  }
}
