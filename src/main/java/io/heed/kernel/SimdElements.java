package io.heed.kernel;

import io.heed.tensor.Matrix;

/** Activations in vectors; of the other plain loops C2 makes vectors by itself. */
final class SimdElements extends ReferenceElements {

  @Override
  public void activate(Activation activation, Matrix values) {
    SimdActivations.apply(activation, values);
  }
}
