package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * The scores that are no products: some queries with the keys of one panel ({@link Panels}). A
 * vector holds the scores of a query with neighbouring keys. The tangent repeats {@link
 * ScalarMath#tanh} line by line.
 */
final class SimdScores {
  private SimdScores() {}

  /**
   * {@code scores = -½ Σ (q - k)²}.
   *
   * @param width columns of the panel
   * @param depth values in a query
   * @param q row-major, from {@code qAt} on, rows {@code qStride} apart
   * @param panels holds the panel, from {@code panel} on
   * @param scores row-major, from {@code at} on, rows {@code stride} apart
   */
  static void gaussian(
      int rows,
      int width,
      int depth,
      float[] q,
      int qAt,
      int qStride,
      float[] panels,
      int panel,
      float[] scores,
      int at,
      int stride) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < width; j += LANES) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < depth; i++) {
          FloatVector x =
              (FloatVector)
                  FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, q[qAt + row * qStride + i]));
          FloatVector k =
              (FloatVector)
                  FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, panels, panel + i * width + j));
          x = (FloatVector) FLOAT_VECTOR.cast(x.sub(k));
          sum = x.fma(x, (FloatVector) FLOAT_VECTOR.cast(sum));
        }
        FloatVector half = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, -0.5f));
        sum = (FloatVector) FLOAT_VECTOR.cast(half.mul((FloatVector) FLOAT_VECTOR.cast(sum)));
        sum.intoArray(scores, at + row * stride + j);
      }
    }
  }

  /**
   * {@code scores = Σ v tanh(q + k)}, with parameters as in {@link #gaussian}.
   *
   * @param v {@code depth} values from {@code vAt} on
   */
  static void additive(
      int rows,
      int width,
      int depth,
      float[] q,
      int qAt,
      int qStride,
      float[] panels,
      int panel,
      float[] v,
      int vAt,
      float[] scores,
      int at,
      int stride) {
    final FloatVector p0 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_P0));
    final FloatVector p1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_P1));
    final FloatVector p2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_P2));
    final FloatVector p3 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_P3));
    final FloatVector p4 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_P4));
    final FloatVector p5 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_P5));
    final FloatVector p6 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_P6));
    final FloatVector q0 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_Q0));
    final FloatVector q1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_Q1));
    final FloatVector q2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_Q2));
    final FloatVector q3 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_Q3));
    final FloatVector limit =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.TANH_LIMIT));
    final FloatVector negativeLimit =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, -ScalarMath.TANH_LIMIT));
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < width; j += LANES) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < depth; i++) {
          FloatVector x =
              (FloatVector)
                  FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, q[qAt + row * qStride + i]));
          FloatVector k =
              (FloatVector)
                  FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, panels, panel + i * width + j));
          x = (FloatVector) FLOAT_VECTOR.cast(x.add(k));
          // Not as integers, as in SimdActivations: that makes a NaN the limit, and this result has
          // to be one. All other floats the two clamp to the same bits.
          x = (FloatVector) FLOAT_VECTOR.cast(x.min(limit));
          x = (FloatVector) FLOAT_VECTOR.cast(x.max(negativeLimit));
          FloatVector y = (FloatVector) FLOAT_VECTOR.cast(x.mul(x));
          FloatVector p = (FloatVector) FLOAT_VECTOR.cast(y.fma(p0, p1));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p2));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p3));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p4));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p5));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p6));
          FloatVector d = (FloatVector) FLOAT_VECTOR.cast(y.fma(q0, q1));
          d = (FloatVector) FLOAT_VECTOR.cast(d.fma(y, q2));
          d = (FloatVector) FLOAT_VECTOR.cast(d.fma(y, q3));
          x = (FloatVector) FLOAT_VECTOR.cast(x.mul(p));
          x = (FloatVector) FLOAT_VECTOR.cast(x.div(d));
          FloatVector factor =
              (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, v[vAt + i]));
          sum = x.fma(factor, (FloatVector) FLOAT_VECTOR.cast(sum));
        }
        ((FloatVector) FLOAT_VECTOR.cast(sum)).intoArray(scores, at + row * stride + j);
      }
    }
  }
}
