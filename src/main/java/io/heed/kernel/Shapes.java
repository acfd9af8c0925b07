package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Locale;

/** The checks at the entrance of each operation: all throw {@link IllegalArgumentException}. */
final class Shapes {
  private Shapes() {}

  static void checkPack(Matrix weights, PackedMatrix target, int firstOutput) {
    checkPack(weights.rows(), weights.columns(), target, firstOutput);
  }

  static void checkPackTransposed(Matrix weights, PackedMatrix target, int firstOutput) {
    checkPack(weights.columns(), weights.rows(), target, firstOutput);
  }

  private static void checkPack(int outputs, int inputs, PackedMatrix target, int firstOutput) {
    require(
        inputs == target.inputs(),
        "weights of %d inputs do not fit a map of %d",
        inputs,
        target.inputs());
    require(
        firstOutput >= 0 && firstOutput <= target.outputs() - outputs,
        "%d outputs from output %d on do not fit a map of %d",
        outputs,
        firstOutput,
        target.outputs());
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

  static void checkLinearGated(
      Matrix input, Projection gate, Projection inner, Projection outer, Matrix output) {
    require(
        gate.weights().outputs() == inner.weights().outputs()
            && gate.weights().inputs() == inner.weights().inputs(),
        "a gate of %d to %d values does not fit a map of %d to %d",
        gate.weights().inputs(),
        gate.weights().outputs(),
        inner.weights().inputs(),
        inner.weights().outputs());
    checkLinearTwice(input, inner, outer, output);
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

  static void checkBatch(Matrix left, Matrix right, int n, Matrix output) {
    boolean whole = n == 0 ? left.rows() == 0 : n > 0 && left.rows() % n == 0;
    require(
        whole
            && (long) n * left.columns() == right.rows()
            && output.rows() == left.rows()
            && output.columns() == right.columns(),
        "%d products of %d x %d by %d x %d do not fit %d x %d",
        n,
        left.rows(),
        left.columns(),
        right.rows(),
        right.columns(),
        output.rows(),
        output.columns());
  }

  static void checkSums(Matrix scores, double[] sums) {
    require(
        sums.length >= scores.rows() && scores.columns() >= 1,
        "%d sums do not fit %d rows of %d scores",
        sums.length,
        scores.rows(),
        scores.columns());
  }

  static void checkGain(Matrix matrix, float[] gain) {
    require(
        gain.length == matrix.columns(),
        "a gain of %d values does not fit rows of %d",
        gain.length,
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

  static void checkAddRows(Matrix table, int[] rows, Matrix hidden) {
    require(
        table.columns() == hidden.columns(),
        "rows of %d values do not fit rows of %d",
        table.columns(),
        hidden.columns());
    require(
        rows.length == hidden.rows(),
        "%d numbers of rows do not fit %d tokens",
        rows.length,
        hidden.rows());
    checkRowsOfTable(table, rows);
  }

  private static void checkRowsOfTable(Matrix table, int[] rows) {
    for (int t = 0; t < rows.length; t++) {
      if (rows[t] >= 0 && rows[t] < table.rows()) {
        continue;
      }
      require(false, "row %d of token %d is not in a table of %d", rows[t], t, table.rows());
    }
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

  static void checkMeanRows(Matrix table, int[] rows, int[] cumulativeLengths, Matrix pooled) {
    checkSequences(cumulativeLengths, rows.length, 0);
    require(
        pooled.rows() == cumulativeLengths.length - 1 && pooled.columns() == table.columns(),
        "%d sequences of width %d do not fit %d x %d",
        cumulativeLengths.length - 1,
        table.columns(),
        pooled.rows(),
        pooled.columns());
    checkRowsOfTable(table, rows);
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

  static void require(boolean holds, String rule, int... values) {
    if (!holds) {
      Object[] boxed = Arrays.stream(values).boxed().toArray();
      throw new IllegalArgumentException(String.format(Locale.ROOT, rule, boxed));
    }
  }
}
