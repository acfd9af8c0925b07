package io.heed.kernel;

import io.heed.tensor.Matrix;

/** What scales rows by themselves. {@link Kernels} fixes the bits. */
public interface Norms {

  /** {@code output = layerNorm(input)} row by row; {@code output} may be {@code input}. */
  void layerNorm(Matrix input, Normalization normalization, Matrix output, Scratch scratch);

  /** {@code hidden = layerNorm(branch + hidden)} row by row. */
  void addLayerNorm(Matrix branch, Normalization normalization, Matrix hidden, Scratch scratch);

  /**
   * {@code output = rmsNorm(input)} row by row (Zhang and Sennrich, 2019): {@code (x · f) · gain},
   * where f is 1 over the root of epsilon and the mean of the squares; {@code output} may be {@code
   * input}.
   */
  void rmsNorm(Matrix input, RmsNormalization normalization, Matrix output, Scratch scratch);

  /** Divides every row by its L2 norm, or by 1e-12 where that is larger, in place. */
  void normalizeRows(Matrix rows, Scratch scratch);
}
