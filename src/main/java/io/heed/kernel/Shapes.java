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

  static void checkNormalization(Matrix matrix, Normalization normalization) {
    require(
        normalization.gain().length == matrix.columns(),
        "a gain of %d values does not fit rows of %d",
        normalization.gain().length,
        matrix.columns());
  }

  static void checkGather(Matrix table, int[] ids, Matrix output) {
    require(
        output.rows() == ids.length && output.columns() == table.columns(),
        "%d ids and rows of %d values do not fit %d x %d",
        ids.length,
        table.columns(),
        output.rows(),
        output.columns());
    for (int id : ids) {
      require(id >= 0 && id < table.rows(), "id %d is not in a table of %d rows", id, table.rows());
    }
  }

  static void checkEmbeddings(
      Matrix hidden, float[] type, Matrix positions, int[] cumulativeLengths) {
    require(
        type.length == hidden.columns() && positions.columns() == hidden.columns(),
        "a type of %d and positions of %d values do not fit rows of %d",
        type.length,
        positions.columns(),
        hidden.columns());
    checkSequences(cumulativeLengths, hidden, 0);
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
    checkSequences(cumulativeLengths, hidden, 1);
    require(
        pooled.rows() == cumulativeLengths.length - 1 && pooled.columns() == hidden.columns(),
        "%d sequences of width %d do not fit %d x %d",
        cumulativeLengths.length - 1,
        hidden.columns(),
        pooled.rows(),
        pooled.columns());
  }

  static void checkAttention(AttentionInputs inputs, Matrix context) {
    checkSame(inputs.queries(), context);
    checkSequences(inputs.cumulativeLengths(), context, 0);
  }

  private static void checkRows(Matrix one, Matrix other) {
    require(one.rows() == other.rows(), "%d rows differ from %d rows", one.rows(), other.rows());
  }

  private static void checkSequences(int[] cumulativeLengths, Matrix hidden, int shortest) {
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
        cumulativeLengths[sequences] == hidden.rows(),
        "cumulative lengths end at %d, not at the %d tokens",
        cumulativeLengths[sequences],
        hidden.rows());
  }

  private static void require(boolean holds, String rule, int... values) {
    if (!holds) {
      Object[] boxed = Arrays.stream(values).boxed().toArray();
      throw new IllegalArgumentException(rule.formatted(boxed));
    }
  }
}
