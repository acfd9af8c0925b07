package io.heed.training;

import io.heed.tensor.Matrix;

/**
 * The cross-entropy of the next token (Radford et al., 2018). Logits exist for {@link #ROWS} tokens
 * at a time.
 */
final class CausalLoss implements Objective {
  /** A block of tokens; it fixes the bits. */
  static final int ROWS = 384;

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
