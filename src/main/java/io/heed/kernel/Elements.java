package io.heed.kernel;

import io.heed.tensor.Matrix;

/** What is done value by value. {@link Kernels} fixes the bits. */
public interface Elements {

  /**
   * Applies an activation to every value, in place: GELU (Hendrycks and Gimpel, 2016) is {@code
   * fma(v/2, erf(v/√2), v/2)}, or {@code fma(v/2, tanh(√(2/π)·v·fma(0.044715·v, v, 1)), v/2)}; SiLU
   * is {@code fma(v/2, tanh(v/2), v/2)}.
   */
  void activate(Activation activation, Matrix values);

  /** {@code values = factors · values}, element by element. */
  void multiply(Matrix factors, Matrix values);

  /** {@code hidden = branch + hidden}. */
  void add(Matrix branch, Matrix hidden);

  /**
   * {@code hidden[t] = hidden[t] + table[rows[t]]}: adds an embedding to each token.
   *
   * @param table {@code [rows, D]}
   * @param rows {@code [T]}, numbers of rows of the table
   * @param hidden {@code [T, D]}
   */
  void addRows(Matrix table, int[] rows, Matrix hidden);

  /**
   * {@code hidden[t] = fma(hidden[t], scale, positions[t - start])}, where {@code start} is the
   * first token of t's sequence.
   *
   * @param hidden {@code [T, D]}
   * @param positions {@code [P, D]}, at least as many rows as the longest sequence has tokens
   * @param cumulativeLengths {@code [B + 1]}, first token of each sequence, then T
   */
  void scaleAndAddPositions(Matrix hidden, float scale, Matrix positions, int[] cumulativeLengths);

  /**
   * Turns the first {@code 2 · pairs} values of every head by its token's position: values x and y
   * of a pair become {@code fma(x, cos, -(y · sin))} and {@code fma(y, cos, x · sin)}.
   *
   * @param heads {@code [T, H·Dh]}, in place
   * @param headWidth Dh
   * @param first position of the first token, whose next ones have the next positions
   */
  void rotate(Matrix heads, int headWidth, Rotation rotation, int first);

  /**
   * Drops values of every token, each by its place: those of token t of sequence s are named as
   * {@link Dropout#apply} names the values of query t for head 0.
   *
   * @param rows {@code [T, D]}, in place
   * @param cumulativeLengths {@code [B + 1]}, first token of each sequence, then T
   */
  void drop(Dropout dropout, int[] cumulativeLengths, Matrix rows);
}
