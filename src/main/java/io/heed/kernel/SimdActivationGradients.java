package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.INTS;
import static io.heed.kernel.SimdLanes.INT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import io.heed.tensor.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Activations and their slopes, value by value. */
final class SimdActivationGradients {
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private SimdActivationGradients() {}

  /** {@code gradient = gradient · activation'(values)} and {@code values = activation(values)}. */
  static void apply(Activation activation, Matrix values, Matrix gradient) {
    for (int r = 0; r < values.rows(); r++) {
      apply(
          activation,
          values.data(),
          values.index(r),
          gradient.data(),
          gradient.index(r),
          values.columns());
    }
  }

  private static void apply(Activation activation, float[] x, int xAt, float[] g, int gAt, int n) {
    switch (activation) {
      case NONE -> {}
      case GELU -> SimdUnitSlopes.gelu(x, xAt, g, gAt, n);
      case GELU_TANH -> SimdUnitSlopes.geluTanh(x, xAt, g, gAt, n);
      case SILU -> SimdUnitSlopes.silu(x, xAt, g, gAt, n);
      // Value by value: what it is asked for are the few that pooling leaves.
      case TANH -> ReferenceTraining.activate(activation, x, xAt, g, gAt, n);
      case RELU -> relu(x, xAt, g, gAt, n);
    }
  }

  private static void relu(float[] x, int xAt, float[] g, int gAt, int n) {
    final FloatVector zero = (FloatVector) FLOAT_VECTOR.cast(FloatVector.zero(FLOATS));
    final IntVector none = (IntVector) INT_VECTOR.cast(IntVector.zero(INTS));
    final IntVector infinity = (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, INFINITY));
    final IntVector one =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, Float.floatToRawIntBits(1f)));
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
      FloatVector d = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, g, gAt + i));
      v = (FloatVector) FLOAT_VECTOR.cast(v.max(zero));
      v.intoArray(x, xAt + i);
      // The slope is 1 where the bits are positive as an integer and not those of NaN.
      IntVector bits = (IntVector) INT_VECTOR.cast(v.reinterpretAsInts());
      IntVector positive = (IntVector) INT_VECTOR.cast(none.sub(bits));
      bits = (IntVector) INT_VECTOR.cast(infinity.sub(bits));
      bits = (IntVector) INT_VECTOR.cast(bits.not());
      positive = (IntVector) INT_VECTOR.cast(positive.and(bits));
      positive = (IntVector) INT_VECTOR.cast(positive.lanewise(VectorOperators.ASHR, 31));
      positive = (IntVector) INT_VECTOR.cast(positive.and(one));
      FloatVector slope = (FloatVector) FLOAT_VECTOR.cast(positive.reinterpretAsFloats());
      d = (FloatVector) FLOAT_VECTOR.cast(d.mul(slope));
      d.intoArray(g, gAt + i);
    }
    ReferenceTraining.activate(Activation.RELU, x, xAt + i, g, gAt + i, n - i);
  }
}
