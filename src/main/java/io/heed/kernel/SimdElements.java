package io.heed.kernel;

import io.heed.tensor.Matrix;

/** Activations in vectors; of the other plain loops C2 makes vectors by itself. */
final class SimdElements extends ReferenceElements {

  @Override
  public void activate(Activation activation, Matrix values) {
    SimdActivations.apply(activation, values);
  }

  @Override
  void rotate(float[] values, int at, Rotation rotation, int position) {
    SimdRows.rotate(
        values,
        at,
        rotation.pairs(),
        rotation.cosines().data(),
        rotation.cosines().index(position),
        rotation.sines().data(),
        rotation.sines().index(position));
  }
}
