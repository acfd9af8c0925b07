package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import jdk.incubator.vector.FloatVector;

/** Operations along rows that only gradients need; sums run as in {@link SimdRows}. */
final class SimdGradientRows {
  private SimdGradientRows() {}

  /** {@code Σ x y} of {@code n} values. */
  static float product(float[] x, int xAt, float[] y, int yAt, int n, float[] lanes) {
    int end = n & -ScalarMath.LANES;
    for (int lane = 0; lane < ScalarMath.LANES; lane += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = lane; i < end; i += ScalarMath.LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
        FloatVector w = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, y, yAt + i));
        sum = v.fma(w, (FloatVector) FLOAT_VECTOR.cast(sum));
      }
      ((FloatVector) FLOAT_VECTOR.cast(sum)).intoArray(lanes, lane);
    }
    for (int i = end; i < n; i++) {
      lanes[i - end] = Math.fma(x[xAt + i], y[yAt + i], lanes[i - end]);
    }
    return ScalarMath.fold(lanes);
  }

  /** {@code y = x + 0} of {@code n} values: -0 becomes +0. */
  static void copyPositiveZeros(float[] x, int xAt, float[] y, int yAt, int n) {
    final FloatVector zero = (FloatVector) FLOAT_VECTOR.cast(FloatVector.zero(FLOATS));
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
      v = (FloatVector) FLOAT_VECTOR.cast(v.add(zero));
      v.intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = x[xAt + i] + 0f;
    }
  }

  /**
   * Weights and the slopes of their scores, {@code n} of every row: {@code p = e · factor} and
   * {@code ds = ((dp - delta) · scale) · p}.
   *
   * @param at index of the first row of e and dp, others {@code stride} apart
   * @param n a multiple of 16
   * @param to index of the first row of p and ds, others {@code toStride} apart
   */
  static void slopes(
      float[] e,
      float[] dp,
      int at,
      int stride,
      int rows,
      int n,
      float[] factors,
      float[] deltas,
      float scale,
      float[] p,
      float[] ds,
      int to,
      int toStride) {
    final FloatVector s = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, scale));
    for (int r = 0; r < rows; r++) {
      final FloatVector f =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factors[r]));
      final FloatVector d =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, deltas[r]));
      final int from = at + r * stride;
      final int target = to + r * toStride;
      for (int i = 0; i < n; i += LANES) {
        FloatVector w = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, e, from + i));
        FloatVector g =
            (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, dp, from + i));
        w = (FloatVector) FLOAT_VECTOR.cast(w.mul(f));
        g = (FloatVector) FLOAT_VECTOR.cast(g.sub(d));
        g = (FloatVector) FLOAT_VECTOR.cast(g.mul(s));
        g = (FloatVector) FLOAT_VECTOR.cast(g.mul(w));
        w.intoArray(p, target + i);
        g.intoArray(ds, target + i);
      }
    }
  }
}
