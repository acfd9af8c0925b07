package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import io.heed.tensor.Matrix;
import jdk.incubator.vector.FloatVector;

/** What follows a linear map, value by value. */
final class SimdActivations {
  private SimdActivations() {}

  /** Applies {@code activation} to every value. */
  static void apply(Activation activation, Matrix values) {
    if (activation == Activation.NONE) {
      return;
    }
    boolean dense = values.stride() == values.columns();
    int rows = dense ? 1 : values.rows();
    int n = dense ? values.rows() * values.columns() : values.columns();
    apply(activation, values.data(), values.offset(), rows, n, values.stride());
  }

  /** Apart from the above, which is small enough for C2 to see that no matrix is needed for it. */
  private static void apply(
      Activation activation, float[] x, int offset, int rows, int n, int stride) {
    switch (activation) {
      case NONE -> {}
      case GELU -> SimdLinearUnits.gelu(x, offset, rows, n, stride);
      case GELU_TANH -> SimdLinearUnits.geluTanh(x, offset, rows, n, stride);
      case SILU -> SimdLinearUnits.silu(x, offset, rows, n, stride);
      case TANH -> tanh(x, offset, rows, n, stride);
      case RELU -> relu(x, offset, rows, n, stride);
    }
  }

  /** Value by value: what it is asked for are the few that pooling leaves. */
  private static void tanh(float[] x, int offset, int rows, int n, int stride) {
    for (int r = 0; r < rows; r++) {
      int at = offset + r * stride;
      for (int i = at; i < at + n; i++) {
        x[i] = ScalarMath.tanh(x[i]);
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
