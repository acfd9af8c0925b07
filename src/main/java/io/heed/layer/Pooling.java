package io.heed.layer;

import io.heed.checkpoint.PoolingMode;
import io.heed.kernel.Reductions;
import io.heed.tensor.Matrix;
import java.util.Arrays;

/** How the hidden states of a sequence become its vector or vectors. */
public enum Pooling {
  /** The mean over the tokens, {@code Σx / n}. */
  MEAN,
  /** The first token. */
  CLS,
  /** The largest value over the tokens, per element. */
  MAX,
  /** The last token. */
  LAST,
  /** {@code Σx / √n}. */
  MEAN_SQRT_LEN,
  /** {@code Σ i·x / Σ i}, where the first token of the sequence has i = 1. */
  WEIGHTED_MEAN,
  /** Every token gives a vector. */
  TOKENS;

  /** The pooling that a checkpoint says. */
  public static Pooling of(PoolingMode mode) {
    return switch (mode) {
      case MEAN -> MEAN;
      case CLS -> CLS;
      case MAX -> MAX;
      case LAST -> LAST;
      case MEAN_SQRT_LENGTH -> MEAN_SQRT_LEN;
      case WEIGHTED_MEAN -> WEIGHTED_MEAN;
    };
  }

  /**
   * Pools sequences of at least a token into one vector each.
   *
   * @param hidden {@code [T, D]}
   * @param starts {@code [B + 1]}, the first token of each sequence, then T
   * @param before tokens that each sequence has before these
   * @param pooled {@code [B, D]}
   */
  void pool(Reductions kernels, Matrix hidden, int[] starts, int before, Matrix pooled) {
    switch (this) {
      case MEAN -> kernels.meanPool(hidden, starts, pooled);
      case MAX -> kernels.maxPool(hidden, starts, pooled);
      case CLS -> copyTokens(hidden, starts, 0, pooled);
      case LAST -> copyTokens(hidden, starts, 1, pooled);
      case MEAN_SQRT_LEN -> {
        kernels.meanPool(hidden, starts, pooled);
        for (int sequence = 0; sequence < pooled.rows(); sequence++) {
          scale(pooled, sequence, Math.sqrt(starts[sequence + 1] - starts[sequence]));
        }
      }
      case WEIGHTED_MEAN -> weighted(hidden, starts, before, pooled);
      case TOKENS -> throw new IllegalArgumentException("tokens are not pooled");
    }
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

  private static void weighted(Matrix hidden, int[] starts, int before, Matrix pooled) {
    float[] sums = pooled.data();
    for (int sequence = 0; sequence < pooled.rows(); sequence++) {
      int at = pooled.index(sequence);
      Arrays.fill(sums, at, at + pooled.columns(), 0f);
      double weights = 0;
      for (int token = starts[sequence]; token < starts[sequence + 1]; token++) {
        float weight = before + token - starts[sequence] + 1;
        int from = hidden.index(token);
        for (int i = 0; i < pooled.columns(); i++) {
          sums[at + i] += weight * hidden.data()[from + i];
        }
        weights += weight;
      }
      scale(pooled, sequence, 1 / weights);
    }
  }

  private static void scale(Matrix rows, int row, double factor) {
    int at = rows.index(row);
    for (int i = 0; i < rows.columns(); i++) {
      rows.data()[at + i] *= (float) factor;
    }
  }
}
