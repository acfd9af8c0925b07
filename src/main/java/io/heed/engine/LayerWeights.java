package io.heed.engine;

import io.heed.kernel.AttentionWeights;
import io.heed.tensor.Matrix;

/**
 * How much each token of a sequence attends to each, in one layer: {@code [H, T, T]}, rows are the
 * attending tokens, and each row sums to 1.
 *
 * @param layer counted from 0
 * @param batch the weights of sequences that were computed together
 * @param sequence which of them
 */
public record LayerWeights(int layer, AttentionWeights batch, int sequence) {

  /** Bytes of the weights of one sequence in one layer. */
  static long bytes(int heads, int tokens) {
    return (long) Float.BYTES * heads * tokens * tokens;
  }

  /** Number of tokens, T. */
  public int tokens() {
    return batch.queryCounts()[sequence];
  }

  /** Number of heads, H. */
  public int heads() {
    return rows().rows() / tokens();
  }

  /** A copy as arrays {@code [H][T][T]}. */
  public float[][][] toArrays() {
    return batch.toArrays(sequence, heads());
  }

  /** A view of all weights, {@code [H * T, T]}. */
  public Matrix rows() {
    int from = batch.starts()[sequence];
    int rows = (batch.starts()[sequence + 1] - from) / tokens();
    return new Matrix(batch.data(), from, rows, tokens(), tokens());
  }
}
