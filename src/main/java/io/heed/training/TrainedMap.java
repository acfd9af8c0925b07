package io.heed.training;

import io.heed.kernel.Activation;
import io.heed.kernel.Matrices;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.kernel.TrainingKernels;
import io.heed.tensor.Matrix;
import java.util.List;

/**
 * A linear map packed twice: for what it computes, and transposed for the gradient of its input.
 *
 * @param parameters of the map, {@code [inputs, outputs]} and {@code [outputs]}
 * @param forward from inputs to outputs
 * @param backward from gradients of outputs to those of inputs
 */
record TrainedMap(MapParameters parameters, Projection forward, Projection backward) {

  static TrainedMap allocate(Matrices kernels, MapParameters parameters) {
    int inputs = parameters.weight().rows();
    int outputs = parameters.weight().columns();
    return new TrainedMap(
        parameters,
        new Projection(kernels.allocate(outputs, inputs), new float[outputs], Activation.NONE),
        new Projection(kernels.allocate(inputs, outputs), new float[inputs], Activation.NONE));
  }

  /** What has to be done when weights have changed, in parts that may run at once. */
  List<Repacking> repackings(Matrices kernels) {
    PackedMatrix there = forward.weights();
    PackedMatrix back = backward.weights();
    return List.of(
        new Repacking(
            parameters.weight().size(),
            weights -> kernels.packTransposed(parameters.weight().of(weights), there, 0)),
        new Repacking(
            parameters.weight().size(),
            weights -> kernels.pack(parameters.weight().of(weights), back, 0)),
        Repacking.copy(parameters.bias(), forward.bias()));
  }

  /**
   * Adds the gradient of this map, and gives that of its input.
   *
   * @param input {@code [T, inputs]}
   * @param outputGradient {@code [T, outputs]}
   * @param inputGradient {@code [T, inputs]}, replaced
   * @param gradients of all parameters
   */
  void backward(
      Matrix input,
      Matrix outputGradient,
      Matrix inputGradient,
      float[] gradients,
      TaskKernels task) {
    task.kernels().linear(outputGradient, backward, inputGradient, task.scratch());
    addGradient(input, outputGradient, gradients, task);
  }

  /** The same without the gradient of the input. */
  void addGradient(Matrix input, Matrix outputGradient, float[] gradients, TaskKernels task) {
    TrainingKernels training = task.training();
    training.addWeightGradient(
        input, outputGradient, parameters.weight().of(gradients), task.scratch());
    training.addBiasGradient(outputGradient, parameters.bias().of(gradients));
  }
}
