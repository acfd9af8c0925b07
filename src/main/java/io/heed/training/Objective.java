package io.heed.training;

import io.heed.tensor.Matrix;

/** What a model is trained for: turns hidden states into a loss and its gradient. */
interface Objective {

  /**
   * Adds to the gradient of the sum of losses.
   *
   * @param hidden {@code [T, D]}, behind the last norm
   * @param hiddenGradient {@code [T, D]}, gets the gradient of the hidden states
   * @param gradients of all parameters, added to
   * @return the sum of the losses of all targets, natural logarithm
   */
  double addGradient(
      Matrix hidden, MicroBatch batch, Matrix hiddenGradient, float[] gradients, TaskKernels task);
}
