package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * Activations, rotations and dropout in vectors; of the other plain loops C2 makes vectors by
 * itself.
 */
final class SimdElements extends ReferenceElements {

  @Override
  public void activate(Activation activation, Matrix values) {
    SimdActivations.apply(activation, values);
  }

  @Override
  public void rotate(Matrix heads, int headWidth, Rotation rotation, int first) {
    rotation.check(heads, headWidth, first);
    float[] cosines = rotation.cosines().data();
    float[] sines = rotation.sines().data();
    for (int t = 0; t < heads.rows(); t++) {
      int cosine = rotation.cosines().index(first + t);
      int sine = rotation.sines().index(first + t);
      int row = heads.index(t);
      for (int at = row; at < row + heads.columns(); at += headWidth) {
        SimdRows.rotate(heads.data(), at, rotation.pairs(), cosines, cosine, sines, sine);
      }
    }
  }

  @Override
  public void drop(Dropout dropout, int[] cumulativeLengths, Matrix rows) {
    Shapes.checkSequences(cumulativeLengths, rows.rows(), 0);
    for (int s = 0; s + 1 < cumulativeLengths.length; s++) {
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int query = t - cumulativeLengths[s];
        SimdDropout.apply(dropout, s, 0, query, rows.data(), rows.index(t), 0, rows.columns());
      }
    }
  }
}
