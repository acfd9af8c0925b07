package io.heed.kernel;

import java.util.Arrays;

/** Softmax of one row, short of the division by its sum. */
final class ReferenceSoftmax {
  private ReferenceSoftmax() {}

  static float max(float[] scores, int at, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, scores[at + i]);
    }
    return max;
  }

  /**
   * Turns {@code n} scores into {@code exp((score - max) · scale)} and gives their sum, NaN for
   * NaN.
   */
  static float exponentiate(float[] scores, int at, int n, float scale, float[] lanes) {
    float max = max(scores, at, n);
    float factor = ScalarMath.softmaxFactor(scale);
    float shift = ScalarMath.softmaxShift(max, factor);
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      float e = ScalarMath.exp2(Math.fma(scores[at + i], factor, shift));
      scores[at + i] = e;
      lanes[i % ScalarMath.LANES] += e;
    }
    return Float.isNaN(shift) ? Float.NaN : ScalarMath.fold(lanes);
  }
}
