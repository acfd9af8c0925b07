package io.heed.layer;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * A mean of the hidden states behind several layers, each with a weight: {@code Σ w·h / Σ w}.
 *
 * @param first of the layers, the embeddings being layer 0
 * @param weights of this layer and those behind it
 */
public record LayerMix(int first, float[] weights) {

  /** A sum without any layer yet. */
  static void clear(Matrix sum) {
    for (int row = 0; row < sum.rows(); row++) {
      Arrays.fill(sum.data(), sum.index(row), sum.index(row) + sum.columns(), 0f);
    }
  }

  /** Adds the hidden states behind a layer, if it has a weight. */
  void add(int layer, Matrix hidden, Matrix sum) {
    if (layer < first || layer >= first + weights.length) {
      return;
    }
    float weight = weights[layer - first];
    for (int row = 0; row < sum.rows(); row++) {
      int from = hidden.index(row);
      int at = sum.index(row);
      for (int i = 0; i < sum.columns(); i++) {
        sum.data()[at + i] += weight * hidden.data()[from + i];
      }
    }
  }

  /** Makes a mean of the sum. */
  void finish(Matrix sum) {
    float total = 0;
    for (float weight : weights) {
      total += weight;
    }
    for (int row = 0; row < sum.rows(); row++) {
      int at = sum.index(row);
      for (int i = 0; i < sum.columns(); i++) {
        sum.data()[at + i] /= total;
      }
    }
  }

  /** The mean of what a stack leaves behind its layers while it runs. */
  public Matrix over(Matrix hidden, Workspace workspace, LayersRun run) {
    Matrix sum = workspace.matrix(Workspace.Buffer.MIXED, hidden.rows(), hidden.columns());
    clear(sum);
    run.forward(layer -> add(layer, hidden, sum));
    finish(sum);
    return sum;
  }

  /** A run through the layers. */
  @FunctionalInterface
  public interface LayersRun {
    /**
     * Runs.
     *
     * @param behind is told each layer as the hidden states have passed it, 0 before the first
     */
    void forward(IntConsumer behind);
  }
}
