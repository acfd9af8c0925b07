package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * The loss of predictions and its gradient, row by row and in place: rows may be long, and lie next
 * to others, so the end of a row that is shorter than the lanes of a sum is taken value by value.
 */
final class SimdCrossEntropy {
  private SimdCrossEntropy() {}

  /** All rows. */
  static void apply(Matrix logits, int[] targets, int first, double[] losses, Scratch scratch) {
    for (int r = 0; r < logits.rows(); r++) {
      losses[first + r] =
          apply(logits.data(), logits.index(r), logits.columns(), targets[first + r], scratch);
    }
  }

  private static double apply(float[] x, int at, int n, int target, Scratch scratch) {
    if (target < 0) {
      Arrays.fill(x, at, at + n, 0f);
      return 0;
    }
    float value = x[at + target];
    float max = max(x, at, n);
    float sum = exponentiate(x, at, n, max, scratch);
    SimdRows.scale(x, at, n, 1f / sum);
    x[at + target] -= 1f;
    return ScalarMath.logSumExp(max, sum) - value;
  }

  private static float max(float[] x, int at, int n) {
    int whole = n & -ScalarMath.LANES;
    float max = whole == 0 ? Float.NEGATIVE_INFINITY : SimdSoftmax.max(x, at, whole);
    for (int i = at + whole; i < at + n; i++) {
      max = Math.max(max, x[i]);
    }
    return max;
  }

  /** {@code e^(x - max)} in place of x; gives their sum, NaN for NaN. */
  private static float exponentiate(float[] x, int at, int n, float max, Scratch scratch) {
    int whole = n & -ScalarMath.LANES;
    float factor = ScalarMath.softmaxFactor(1f);
    float shift = ScalarMath.softmaxShift(max, factor);
    float[] shifts = scratch.row(1);
    shifts[0] = shift;
    float[] lanes = scratch.lanes();
    SimdSoftmax.exponentiateShifted(x, at, 0, 1, whole, factor, shifts, lanes);
    for (int i = whole; i < n; i++) {
      float e = ScalarMath.exp2(Math.fma(x[at + i], factor, shift));
      x[at + i] = e;
      lanes[i - whole] += e;
    }
    return Float.isNaN(shift) ? Float.NaN : ScalarMath.fold(lanes);
  }
}
