package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.INTS;
import static io.heed.kernel.SimdLanes.INT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import io.heed.tensor.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * What follows a linear map, value by value. The polynomials repeat {@link ScalarMath} line by
 * line; a method that took and returned a vector would cost several times what it computes.
 */
final class SimdActivations {
  private SimdActivations() {}

  /** Applies {@code activation} to every value. */
  static void apply(Activation activation, Matrix values) {
    boolean dense = values.stride() == values.columns();
    int rows = dense ? 1 : values.rows();
    int n = dense ? values.rows() * values.columns() : values.columns();
    switch (activation) {
      case NONE -> {}
      case GELU -> gelu(values.data(), values.offset(), rows, n, values.stride());
      case GELU_TANH -> geluTanh(values.data(), values.offset(), rows, n, values.stride());
      case RELU -> relu(values.data(), values.offset(), rows, n, values.stride());
    }
  }

  private static void gelu(float[] x, int offset, int rows, int n, int stride) {
    final FloatVector p0 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_P0));
    final FloatVector p1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_P1));
    final FloatVector p2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_P2));
    final FloatVector p3 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_P3));
    final FloatVector p4 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_P4));
    final FloatVector p5 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_P5));
    final FloatVector p6 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_P6));
    final FloatVector q0 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_Q0));
    final FloatVector q1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_Q1));
    final FloatVector q2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_Q2));
    final FloatVector q3 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_Q3));
    final FloatVector q4 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ERF_Q4));
    final FloatVector sqrtHalf =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.SQRT_HALF));
    // Clamped as integers: C2's minimum of floats takes six instructions, for NaN and -0. A NaN
    // becomes finite here and comes back with `half`.
    final IntVector magnitude =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, Integer.MAX_VALUE));
    final IntVector sign =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, Integer.MIN_VALUE));
    final IntVector limit =
        (IntVector)
            INT_VECTOR.cast(
                IntVector.broadcast(INTS, Float.floatToRawIntBits(ScalarMath.ERF_LIMIT)));
    final FloatVector oneHalf =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, 0.5f));
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      int i = at;
      for (; i + LANES <= at + n; i += LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
        FloatVector e = (FloatVector) FLOAT_VECTOR.cast(v.mul(sqrtHalf));
        IntVector bits = (IntVector) INT_VECTOR.cast(e.reinterpretAsInts());
        IntVector signOf = (IntVector) INT_VECTOR.cast(bits.and(sign));
        bits = (IntVector) INT_VECTOR.cast(bits.and(magnitude));
        bits = (IntVector) INT_VECTOR.cast(bits.min(limit));
        bits = (IntVector) INT_VECTOR.cast(bits.or(signOf));
        e = (FloatVector) FLOAT_VECTOR.cast(bits.reinterpretAsFloats());
        FloatVector y = (FloatVector) FLOAT_VECTOR.cast(e.mul(e));
        FloatVector p = (FloatVector) FLOAT_VECTOR.cast(y.fma(p0, p1));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p2));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p3));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p4));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p5));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p6));
        FloatVector q = (FloatVector) FLOAT_VECTOR.cast(y.fma(q0, q1));
        q = (FloatVector) FLOAT_VECTOR.cast(q.fma(y, q2));
        q = (FloatVector) FLOAT_VECTOR.cast(q.fma(y, q3));
        q = (FloatVector) FLOAT_VECTOR.cast(q.fma(y, q4));
        e = (FloatVector) FLOAT_VECTOR.cast(e.mul(p));
        e = (FloatVector) FLOAT_VECTOR.cast(e.div(q));
        FloatVector half = (FloatVector) FLOAT_VECTOR.cast(v.mul(oneHalf));
        v = (FloatVector) FLOAT_VECTOR.cast(half.fma(e, half));
        v.intoArray(x, i);
      }
      for (; i < at + n; i++) {
        x[i] = ScalarMath.gelu(x[i]);
      }
    }
  }

  private static void geluTanh(float[] x, int offset, int rows, int n, int stride) {
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
    final FloatVector cube =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.GELU_CUBE));
    final FloatVector one = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, 1f));
    final FloatVector factor =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.SQRT_2_BY_PI));
    // Clamped as in gelu.
    final IntVector magnitude =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, Integer.MAX_VALUE));
    final IntVector sign =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, Integer.MIN_VALUE));
    final IntVector limit =
        (IntVector)
            INT_VECTOR.cast(
                IntVector.broadcast(INTS, Float.floatToRawIntBits(ScalarMath.TANH_LIMIT)));
    final FloatVector oneHalf =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, 0.5f));
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      int i = at;
      for (; i + LANES <= at + n; i += LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
        FloatVector slope = (FloatVector) FLOAT_VECTOR.cast(v.mul(cube));
        slope = (FloatVector) FLOAT_VECTOR.cast(slope.fma(v, one));
        FloatVector e = (FloatVector) FLOAT_VECTOR.cast(v.mul(factor));
        e = (FloatVector) FLOAT_VECTOR.cast(e.mul(slope));
        IntVector bits = (IntVector) INT_VECTOR.cast(e.reinterpretAsInts());
        IntVector signOf = (IntVector) INT_VECTOR.cast(bits.and(sign));
        bits = (IntVector) INT_VECTOR.cast(bits.and(magnitude));
        bits = (IntVector) INT_VECTOR.cast(bits.min(limit));
        bits = (IntVector) INT_VECTOR.cast(bits.or(signOf));
        e = (FloatVector) FLOAT_VECTOR.cast(bits.reinterpretAsFloats());
        FloatVector y = (FloatVector) FLOAT_VECTOR.cast(e.mul(e));
        FloatVector p = (FloatVector) FLOAT_VECTOR.cast(y.fma(p0, p1));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p2));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p3));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p4));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p5));
        p = (FloatVector) FLOAT_VECTOR.cast(p.fma(y, p6));
        FloatVector q = (FloatVector) FLOAT_VECTOR.cast(y.fma(q0, q1));
        q = (FloatVector) FLOAT_VECTOR.cast(q.fma(y, q2));
        q = (FloatVector) FLOAT_VECTOR.cast(q.fma(y, q3));
        e = (FloatVector) FLOAT_VECTOR.cast(e.mul(p));
        e = (FloatVector) FLOAT_VECTOR.cast(e.div(q));
        FloatVector half = (FloatVector) FLOAT_VECTOR.cast(v.mul(oneHalf));
        v = (FloatVector) FLOAT_VECTOR.cast(half.fma(e, half));
        v.intoArray(x, i);
      }
      for (; i < at + n; i++) {
        x[i] = ScalarMath.geluTanh(x[i]);
      }
    }
  }

  private static void relu(float[] x, int offset, int rows, int n, int stride) {
    final FloatVector zero = (FloatVector) FLOAT_VECTOR.cast(FloatVector.zero(FLOATS));
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      int i = at;
      for (; i + LANES <= at + n; i += LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
        v = (FloatVector) FLOAT_VECTOR.cast(v.max(zero));
        v.intoArray(x, i);
      }
      for (; i < at + n; i++) {
        x[i] = ScalarMath.relu(x[i]);
      }
    }
  }
}
