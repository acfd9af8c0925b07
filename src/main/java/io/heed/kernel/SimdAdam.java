package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Steps of AdamW in vectors. */
final class SimdAdam {
  private SimdAdam() {}

  /** One step of {@code n} weights. */
  static void apply(AdamStep step, float[] weights, int at, AdamSlice slice, int sliceAt, int n) {
    int whole = n & -LANES;
    apply(step, weights, at, slice.gradients(), slice.first(), slice.second(), sliceAt, whole);
    applyRest(step, weights, at + whole, slice, sliceAt + whole, n - whole);
  }

  private static void apply(
      AdamStep step,
      float[] w,
      int wAt,
      float[] gradients,
      float[] first,
      float[] second,
      int at,
      int n) {
    final FloatVector gradientScale =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.gradientScale()));
    final FloatVector beta1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.beta1()));
    final FloatVector beta2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.beta2()));
    final FloatVector oneLessBeta1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.oneLessBeta1()));
    final FloatVector oneLessBeta2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.oneLessBeta2()));
    final FloatVector correction1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.correction1()));
    final FloatVector correction2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.correction2()));
    final FloatVector epsilon =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.epsilon()));
    final FloatVector decay =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, step.decay()));
    final FloatVector rate =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, -step.rate()));
    for (int i = 0; i < n; i += LANES) {
      FloatVector x =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, gradients, at + i));
      FloatVector m = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, first, at + i));
      FloatVector v =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, second, at + i));
      FloatVector weight =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, w, wAt + i));
      x = (FloatVector) FLOAT_VECTOR.cast(x.mul(gradientScale));
      m = (FloatVector) FLOAT_VECTOR.cast(m.mul(beta1));
      m = (FloatVector) FLOAT_VECTOR.cast(x.fma(oneLessBeta1, m));
      x = (FloatVector) FLOAT_VECTOR.cast(x.mul(x));
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(beta2));
      v = (FloatVector) FLOAT_VECTOR.cast(x.fma(oneLessBeta2, v));
      m.intoArray(first, at + i);
      v.intoArray(second, at + i);
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(correction2));
      v = (FloatVector) FLOAT_VECTOR.cast(v.lanewise(VectorOperators.SQRT));
      v = (FloatVector) FLOAT_VECTOR.cast(v.add(epsilon));
      m = (FloatVector) FLOAT_VECTOR.cast(m.mul(correction1));
      m = (FloatVector) FLOAT_VECTOR.cast(m.div(v));
      m = (FloatVector) FLOAT_VECTOR.cast(weight.fma(decay, m));
      weight = (FloatVector) FLOAT_VECTOR.cast(m.fma(rate, weight));
      weight.intoArray(w, wAt + i);
    }
  }

  private static void applyRest(
      AdamStep step, float[] weights, int at, AdamSlice slice, int sliceAt, int n) {
    for (int i = 0; i < n; i++) {
      ReferenceTraining.adamW(step, weights, at + i, slice, sliceAt + i);
    }
  }
}
