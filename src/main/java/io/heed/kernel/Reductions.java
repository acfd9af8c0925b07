package io.heed.kernel;

import io.heed.tensor.Matrix;

/** What sums or compares along rows or tokens. {@link Kernels} fixes the bits. */
public interface Reductions {

  /** Softmax of every row of {@code scores · scale}, in place: {@code e · (1 / Σe)}. */
  void softmax(Matrix scores, float scale, Scratch scratch);

  /**
   * {@code log Σ e^x} of every row: the sum as softmax computes it, in float32, the rest in
   * float64.
   *
   * @param sums {@code [rows]}; NaN for a row with a value that is NaN or positive infinity
   */
  void logSumExp(Matrix scores, double[] sums, Scratch scratch);

  /** Mean over the tokens of each sequence: {@code [T, D]} to {@code [B, D]}. */
  void meanPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled);

  /**
   * Mean over rows of a table that stand for the tokens of each sequence, with the bits that {@link
   * #meanPool} gives for a copy of the rows; zeros for a sequence without tokens.
   *
   * @param table {@code [V, D]}
   * @param rows {@code [T]}, a row of the table for each token
   * @param pooled {@code [B, D]}
   */
  void meanRows(Matrix table, int[] rows, int[] cumulativeLengths, Matrix pooled);

  /** Largest value over the tokens of each sequence: {@code [T, D]} to {@code [B, D]}. */
  void maxPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled);

  /** Whether every value of {@code rows} is finite. */
  boolean allFinite(Matrix rows);
}
