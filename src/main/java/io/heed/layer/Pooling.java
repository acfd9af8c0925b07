package io.heed.layer;

import io.heed.batch.PackedBatch;
import io.heed.checkpoint.PoolingMode;
import io.heed.kernel.Reductions;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.Matrix;

/** How the hidden states of a sequence become its vector or vectors. */
public enum Pooling {
  /** The mean over the tokens. */
  MEAN,
  /** The first token. */
  CLS,
  /** The largest value over the tokens, per element. */
  MAX,
  /** The last token. */
  LAST,
  /** Every token gives a vector. */
  TOKENS;

  /** The pooling that a checkpoint says. */
  public static Pooling of(PoolingMode mode) {
    return switch (mode) {
      case MEAN -> MEAN;
      case CLS -> CLS;
      case MAX -> MAX;
      case LAST -> LAST;
    };
  }

  /** Number of vectors for a sequence of {@code length} tokens. */
  public int vectors(int length) {
    return this == TOKENS ? length : 1;
  }

  /**
   * Pools a batch.
   *
   * @param hidden {@code [T, D]}
   * @return {@code [B, D]}, or {@code [T, D]} for {@link #TOKENS}, valid until the workspace is
   *     used again
   */
  public Matrix pool(Reductions kernels, Matrix hidden, PackedBatch batch, Workspace workspace) {
    if (this == TOKENS) {
      return hidden;
    }
    int[] starts = batch.cumulativeLengths();
    Matrix pooled = workspace.matrix(Buffer.POOLED, batch.sequences(), hidden.columns());
    switch (this) {
      case MEAN -> kernels.meanPool(hidden, starts, pooled);
      case MAX -> kernels.maxPool(hidden, starts, pooled);
      case CLS -> copyTokens(hidden, starts, 0, pooled);
      case LAST -> copyTokens(hidden, starts, 1, pooled);
      default -> throw new AssertionError(this);
    }
    return pooled;
  }

  /** The first token of each sequence, or with {@code sequenceShift} 1 the one before the next. */
  private static void copyTokens(Matrix hidden, int[] starts, int sequenceShift, Matrix pooled) {
    for (int sequence = 0; sequence < pooled.rows(); sequence++) {
      int token = starts[sequence + sequenceShift] - sequenceShift;
      System.arraycopy(
          hidden.data(),
          hidden.index(token),
          pooled.data(),
          pooled.index(sequence),
          hidden.columns());
    }
  }
}
