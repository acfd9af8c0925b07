package io.heed.training;

import io.heed.kernel.Normalization;
import io.heed.tensor.Matrix;
import java.util.List;

/** A layer norm that is trained. */
record TrainedNorm(NormParameters parameters, Normalization normalization) {

  static TrainedNorm allocate(NormParameters parameters, float epsilon) {
    int width = parameters.gain().size();
    return new TrainedNorm(
        parameters, new Normalization(new float[width], new float[width], epsilon));
  }

  List<Repacking> repackings() {
    return List.of(
        Repacking.copy(parameters.gain(), normalization.gain()),
        Repacking.copy(parameters.bias(), normalization.bias()));
  }

  void forward(Matrix input, Matrix output, TaskKernels task) {
    task.kernels().layerNorm(input, normalization, output, task.scratch());
  }

  /** Adds to the gradient of this norm and of its input. */
  void backward(
      Matrix input,
      Matrix outputGradient,
      Matrix inputGradient,
      float[] gradients,
      TaskKernels task) {
    task.training()
        .addLayerNormGradient(
            input,
            normalization,
            outputGradient,
            inputGradient,
            parameters.gain().of(gradients),
            parameters.bias().of(gradients),
            task.scratch());
  }
}
