package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/** The checks at the entrance of each operation: all throw {@link IllegalArgumentException}. */
final class Shapes {
  private Shapes() {}

  static void checkPack(Matrix weights, PackedMatrix target, int firstOutput) {
    require(
        weights.columns() == target.inputs(),
        "weights of %d inputs do not fit a map of %d",
        weights.columns(),
        target.inputs());
    require(
        firstOutput >= 0 && firstOutput <= target.outputs() - weights.rows(),
        "%d outputs from output %d on do not fit a map of %d",
        weights.rows(),
        firstOutput,
        target.outputs());
  }

  static void checkPanels(Projection projection, int panelWidth) {
    require(
        projection.weights().panelWidth() == panelWidth,
        "weights in panels of %d come from other kernels, these use panels of %d",
        projection.weights().panelWidth(),
        panelWidth);
  }

  static void checkLinear(Matrix input, Projection projection, Matrix output) {
    PackedMatrix weights = projection.weights();
    checkMap(weights.inputs(), weights.outputs(), input, output);
  }

  static void checkLinearTwice(Matrix input, Projection inner, Projection outer, Matrix output) {
    require(
        inner.weights().outputs() == outer.weights().inputs(),
        "a map to %d values does not fit one of %d",
        inner.weights().outputs(),
        outer.weights().inputs());
    checkMap(inner.weights().inputs(), outer.weights().outputs(), input, output);
  }

  private static void checkMap(int inputs, int outputs, Matrix input, Matrix output) {
    require(
        input.columns() == inputs && output.columns() == outputs,
        "a map of %d to %d values does not fit rows of %d and %d",
        inputs,
        outputs,
        input.columns(),
        output.columns());
    checkRows(input, output);
  }

  static void checkSame(Matrix one, Matrix other) {
    require(
        one.rows() == other.rows() && one.columns() == other.columns(),
        "%d x %d differs from %d x %d",
        one.rows(),
        one.columns(),
        other.rows(),
        other.columns());
  }

  static void checkSums(Matrix scores, double[] sums) {
    require(
        sums.length >= scores.rows() && scores.columns() >= 1,
        "%d sums do not fit %d rows of %d scores",
        sums.length,
        scores.rows(),
        scores.columns());
  }

  static void checkNormalization(Matrix matrix, Normalization normalization) {
    require(
        normalization.gain().length == matrix.columns(),
        "a gain of %d values does not fit rows of %d",
        normalization.gain().length,
        matrix.columns());
  }

  static void checkGather(PackedMatrix table, int[] rows, int count, Matrix output) {
    require(
        output.rows() == count && count <= rows.length && output.columns() == table.inputs(),
        "%d of %d rows of %d values do not fit %d x %d",
        count,
        rows.length,
        table.inputs(),
        output.rows(),
        output.columns());
    for (int i = 0; i < count; i++) {
      require(
          rows[i] >= 0 && rows[i] < table.outputs(),
          "row %d is not in a table of %d rows",
          rows[i],
          table.outputs());
    }
  }

  static void checkEmbeddings(
      Matrix hidden, float[] type, Matrix positions, int[] cumulativeLengths) {
    require(
        type.length == hidden.columns(),
        "a type of %d values does not fit rows of %d",
        type.length,
        hidden.columns());
    checkPositions(hidden, positions, cumulativeLengths);
  }

  static void checkPositions(Matrix hidden, Matrix positions, int[] cumulativeLengths) {
    require(
        positions.columns() == hidden.columns(),
        "positions of %d values do not fit rows of %d",
        positions.columns(),
        hidden.columns());
    checkSequences(cumulativeLengths, hidden.rows(), 0);
    for (int s = 0; s + 1 < cumulativeLengths.length; s++) {
      int length = cumulativeLengths[s + 1] - cumulativeLengths[s];
      require(
          length <= positions.rows(),
          "sequence %d of %d tokens exceeds the %d positions",
          s,
          length,
          positions.rows());
    }
  }

  static void checkPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    checkSequences(cumulativeLengths, hidden.rows(), 1);
    require(
        pooled.rows() == cumulativeLengths.length - 1 && pooled.columns() == hidden.columns(),
        "%d sequences of width %d do not fit %d x %d",
        cumulativeLengths.length - 1,
        hidden.columns(),
        pooled.rows(),
        pooled.columns());
  }

  static void checkAttention(AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs) {
    Matrix context = outputs.context();
    require(
        context.rows() == inputs.queries().rows() && context.columns() == inputs.values().columns(),
        "a context of %d x %d does not fit %d queries and values of width %d",
        context.rows(),
        context.columns(),
        inputs.queries().rows(),
        inputs.values().columns());
    rule.mask().check(inputs.queryStarts(), inputs.keyStarts());
    if (rule.score().form() == ScoreFunction.Form.ADDITIVE) {
      require(
          rule.score().vector().length == inputs.queries().columns(),
          "a score vector of %d values does not fit queries of width %d",
          rule.score().vector().length,
          inputs.queries().columns());
    }
  }

  static void checkHeads(int width, int heads) {
    require(
        heads >= 1 && width % heads == 0,
        "a width of %d is not divisible by %d heads",
        width,
        heads);
  }

  static void checkRoom(int heads, int headWidth, int places) {
    require(
        heads >= 1 && headWidth >= 1 && places >= 0 && places % KeyValues.RUN_MULTIPLE == 0,
        "%d heads of width %d and %d places, not a multiple of %d, make no room for keys",
        heads,
        headWidth,
        places,
        KeyValues.RUN_MULTIPLE);
  }

  static void checkCache(int headWidth, int heads, int firstHead, KeyValues cache) {
    require(
        headWidth == cache.headWidth() && firstHead >= 0 && firstHead <= cache.heads() - heads,
        "%d heads of width %d from head %d on do not fit a cache of %d heads of width %d",
        heads,
        headWidth,
        firstHead,
        cache.heads(),
        cache.headWidth());
  }

  static void checkRuns(int[] starts, int[] runs, int[] cached, int places) {
    int sequences = starts.length - 1;
    require(
        runs.length == sequences && cached.length == sequences,
        "%d sequences have %d runs and %d numbers of cached tokens",
        sequences,
        runs.length,
        cached.length);
    for (int s = 0; s < sequences; s++) {
      int tokens = starts[s + 1] - starts[s];
      require(
          runs[s] >= 0
              && runs[s] % KeyValues.RUN_MULTIPLE == 0
              && cached[s] >= 0
              && runs[s] <= places - cached[s] - tokens,
          "sequence %d: %d cached and %d new tokens from place %d on do not fit %d places",
          s,
          cached[s],
          tokens,
          runs[s],
          places);
    }
  }

  static void checkCached(CachedInputs inputs, Matrix context, int panelWidth) {
    checkSame(inputs.queries(), context);
    require(
        inputs.cache().panelWidth() == panelWidth,
        "keys in panels of %d come from other kernels, these use panels of %d",
        inputs.cache().panelWidth(),
        panelWidth);
  }

  static void checkKeys(Matrix queries, Matrix keys, Matrix values) {
    require(
        queries.columns() == keys.columns(),
        "queries of width %d do not fit keys of width %d",
        queries.columns(),
        keys.columns());
    require(keys.rows() == values.rows(), "%d keys have %d values", keys.rows(), values.rows());
  }

  static void checkPairs(int[] queryStarts, int queries, int[] keyStarts, int keys) {
    require(
        queryStarts.length == keyStarts.length,
        "%d sequences of queries do not fit %d of keys",
        queryStarts.length - 1,
        keyStarts.length - 1);
    checkSequences(queryStarts, queries, 0);
    checkSequences(keyStarts, keys, 0);
  }

  static void checkMasks(int masks, int sequences) {
    require(masks == sequences, "%d masks do not fit %d sequences", masks, sequences);
  }

  static void checkVisible(int sequence, int visible, int keys) {
    require(
        visible >= 0 && visible <= keys,
        "%d visible keys do not fit the %d keys of sequence %d",
        visible,
        keys,
        sequence);
  }

  static void checkMask(int sequence, int rows, int columns, int queries, int keys) {
    require(
        rows == queries && (columns == keys || rows == 0),
        "a mask of %d x %d does not fit the %d queries and %d keys of sequence %d",
        rows,
        columns,
        queries,
        keys,
        sequence);
  }

  static void checkMaskRow(int query, int[] row, int keys) {
    require(
        row.length == keys,
        "row %d of a mask has %d values, its first row %d",
        query,
        row.length,
        keys);
    for (int key = 0; key < keys; key++) {
      require(
          row[key] == 0 || row[key] == 1,
          "a mask holds 0 and 1, not %d (row %d, column %d)",
          row[key],
          query,
          key);
    }
  }

  private static void checkRows(Matrix one, Matrix other) {
    require(one.rows() == other.rows(), "%d rows differ from %d rows", one.rows(), other.rows());
  }

  static void checkSequences(int[] cumulativeLengths, int tokens, int shortest) {
    int sequences = cumulativeLengths.length - 1;
    require(
        sequences >= 0 && cumulativeLengths[0] == 0,
        "cumulative lengths start at 0: %d given",
        cumulativeLengths.length);
    for (int s = 0; s < sequences; s++) {
      require(
          cumulativeLengths[s + 1] - cumulativeLengths[s] >= shortest,
          "sequence %d runs from token %d to %d",
          s,
          cumulativeLengths[s],
          cumulativeLengths[s + 1]);
    }
    require(
        cumulativeLengths[sequences] == tokens,
        "cumulative lengths end at %d, not at the %d tokens",
        cumulativeLengths[sequences],
        tokens);
  }

  private static void require(boolean holds, String rule, int... values) {
    if (!holds) {
      Object[] boxed = Arrays.stream(values).boxed().toArray();
      throw new IllegalArgumentException(rule.formatted(boxed));
    }
  }
}
