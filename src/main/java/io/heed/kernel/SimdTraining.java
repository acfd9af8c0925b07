package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * The operations of training on the Vector API, to the bit those of {@link ReferenceTraining}.
 * Loads only where the module {@code jdk.incubator.vector} is resolved: see {@link KernelProvider}.
 */
final class SimdTraining implements TrainingKernels {

  @Override
  public String name() {
    return "simd-" + SimdLanes.FLOATS.vectorBitSize();
  }

  @Override
  public void addWeightGradient(
      Matrix input, Matrix outputGradient, Matrix gradient, Scratch scratch) {
    TrainingShapes.checkWeightGradient(input, outputGradient, gradient);
    SimdWeightGradient.add(input, outputGradient, gradient, scratch);
  }

  @Override
  public void addBiasGradient(Matrix outputGradient, Matrix gradient) {
    TrainingShapes.checkBiasGradient(outputGradient, gradient);
    float[] dy = outputGradient.data();
    int n = gradient.columns();
    int t = 0;
    for (; t + 4 <= outputGradient.rows(); t += 4) {
      int a = outputGradient.index(t);
      int b = outputGradient.index(t + 1);
      int c = outputGradient.index(t + 2);
      int d = outputGradient.index(t + 3);
      SimdRows.addFour(dy, a, b, c, d, gradient.data(), gradient.offset(), n);
    }
    for (; t < outputGradient.rows(); t++) {
      SimdRows.add(dy, outputGradient.index(t), gradient.data(), gradient.offset(), n);
    }
  }

  @Override
  public void addRowGradients(Matrix gradient, int[] rows, Matrix table) {
    Shapes.checkAddRows(table, rows, gradient);
    int n = gradient.columns();
    for (int t = 0; t < rows.length; t++) {
      SimdRows.add(gradient.data(), gradient.index(t), table.data(), table.index(rows[t]), n);
    }
  }

  @Override
  public void attentionGradient(
      AttentionInputs inputs,
      AttentionRule rule,
      Matrix context,
      Matrix contextGradient,
      AttentionGradients gradients,
      Scratch scratch) {
    gradients.check(inputs, rule, context, contextGradient);
    SimdAttentionGradient.apply(inputs, rule, context, contextGradient, gradients, scratch);
  }

  @Override
  public void addLayerNormGradient(
      Matrix input,
      Normalization normalization,
      Matrix outputGradient,
      Matrix inputGradient,
      Matrix gainGradient,
      Matrix biasGradient,
      Scratch scratch) {
    TrainingShapes.checkLayerNormGradient(
        input, normalization, outputGradient, inputGradient, gainGradient, biasGradient);
    SimdNormGradient.add(
        input, normalization, outputGradient, inputGradient, gainGradient, biasGradient, scratch);
  }

  @Override
  public void activateWithGradient(Activation activation, Matrix values, Matrix gradient) {
    Shapes.checkSame(values, gradient);
    SimdActivationGradients.apply(activation, values, gradient);
  }

  @Override
  public void crossEntropy(
      Matrix logits, int[] targets, int first, double[] losses, Scratch scratch) {
    TrainingShapes.checkTargets(logits, targets, first, losses);
    SimdCrossEntropy.apply(logits, targets, first, losses, scratch);
  }

  @Override
  public double sumOfSquares(float[] values, int at, int n, Scratch scratch) {
    TrainingShapes.checkRange(values, at, n);
    double total = 0;
    for (int from = 0; from < n; from += SQUARES_BLOCK) {
      int length = Math.min(SQUARES_BLOCK, n - from);
      total += SimdRows.sumOfSquares(values, at + from, length, 0f, scratch.lanes());
    }
    return total;
  }

  @Override
  public void adamW(AdamStep step, float[] weights, int at, AdamSlice slice, int sliceAt, int n) {
    TrainingShapes.checkAdam(weights, at, slice, sliceAt, n);
    SimdAdam.apply(step, weights, at, slice, sliceAt, n);
  }
}
