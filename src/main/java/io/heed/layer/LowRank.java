package io.heed.layer;

import io.heed.tensor.Matrix;

/**
 * What is added to weights: {@code scale · left · right}.
 *
 * @param left {@code [rows, r]}
 * @param right {@code [r, columns]}
 */
record LowRank(Matrix left, Matrix right, float scale) {

  /** Adds row {@code row} of the product to the values from {@code at} on. */
  void addRow(int row, float[] values, int at) {
    float[] factors = right.data();
    for (int k = 0; k < right.rows(); k++) {
      float share = scale * left.at(row, k);
      int from = right.index(k);
      for (int column = 0; column < right.columns(); column++) {
        values[at + column] = Math.fma(share, factors[from + column], values[at + column]);
      }
    }
  }
}
