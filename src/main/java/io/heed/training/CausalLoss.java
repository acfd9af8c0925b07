package io.heed.training;

import io.heed.kernel.TrainingKernels;
import io.heed.tensor.Matrix;

/**
 * The cross-entropy of the next token (Radford et al., 2018). Logits exist for a few tokens at a
 * time, as many as a block of a gradient of weights has, so that their number does not change it.
 */
final class CausalLoss implements Objective {
  private static final int ROWS = TrainingKernels.TOKEN_BLOCK;

  private final DecoderWeights weights;
  private final Buffers buffers;

  CausalLoss(DecoderWeights weights, Buffers buffers) {
    this.weights = weights;
    this.buffers = buffers;
  }

  @Override
  public double addGradient(
      Matrix hidden, MicroBatch batch, Matrix hiddenGradient, float[] gradients, TaskKernels task) {
    Matrix table = weights.layout().decoder().logits().of(gradients);
    double[] losses = new double[batch.tokens()];
    for (int from = 0; from < hidden.rows(); from += ROWS) {
      int to = Math.min(hidden.rows(), from + ROWS);
      Matrix logits = buffers.matrix("logits", to - from, table.rows());
      Matrix some = hidden.rows(from, to);
      task.kernels().linear(some, weights.logits(), logits, task.scratch());
      task.training().crossEntropy(logits, batch.targets(), from, losses, task.scratch());
      task.kernels()
          .linear(logits, weights.logitsBackward(), hiddenGradient.rows(from, to), task.scratch());
      task.training().addWeightGradient(logits, some, table, task.scratch());
    }
    double sum = 0;
    for (double loss : losses) {
      sum += loss;
    }
    return sum;
  }
}
