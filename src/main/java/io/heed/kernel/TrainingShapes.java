package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Objects;

/** The checks at the entrance of {@link TrainingKernels}: all throw IllegalArgumentException. */
final class TrainingShapes {
  private TrainingShapes() {}

  static void checkWeightGradient(Matrix input, Matrix outputGradient, Matrix gradient) {
    Shapes.require(
        input.rows() == outputGradient.rows()
            && gradient.rows() == input.columns()
            && gradient.columns() == outputGradient.columns(),
        "%d x %d and %d x %d do not fit a gradient of %d x %d",
        input.rows(),
        input.columns(),
        outputGradient.rows(),
        outputGradient.columns(),
        gradient.rows(),
        gradient.columns());
  }

  static void checkBiasGradient(Matrix outputGradient, Matrix gradient) {
    Shapes.require(
        gradient.rows() == 1 && gradient.columns() == outputGradient.columns(),
        "rows of %d values do not fit a gradient of %d x %d",
        outputGradient.columns(),
        gradient.rows(),
        gradient.columns());
  }

  static void checkLayerNormGradient(
      Matrix input,
      Normalization normalization,
      Matrix outputGradient,
      Matrix inputGradient,
      Matrix gainGradient,
      Matrix biasGradient) {
    Shapes.checkGain(input, normalization.gain());
    Shapes.checkSame(input, outputGradient);
    Shapes.checkSame(input, inputGradient);
    checkBiasGradient(outputGradient, gainGradient);
    checkBiasGradient(outputGradient, biasGradient);
  }

  static void checkTargets(Matrix logits, int[] targets, int first, double[] losses) {
    Shapes.require(
        logits.columns() >= 1
            && first >= 0
            && first <= targets.length - logits.rows()
            && first <= losses.length - logits.rows(),
        "%d rows from %d on do not fit %d targets and %d losses",
        logits.rows(),
        first,
        targets.length,
        losses.length);
    for (int r = first; r < first + logits.rows(); r++) {
      if (targets[r] >= logits.columns()) {
        Shapes.require(
            false, "target %d of row %d is not below %d", targets[r], r, logits.columns());
      }
    }
  }

  static void checkRange(float[] values, int at, int n) {
    try {
      Objects.checkFromIndexSize(at, n, values.length);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  static void checkAdam(float[] weights, int at, AdamSlice slice, int sliceAt, int n) {
    checkRange(weights, at, n);
    checkRange(slice.gradients(), sliceAt, n);
    checkRange(slice.first(), sliceAt, n);
    checkRange(slice.second(), sliceAt, n);
  }
}
