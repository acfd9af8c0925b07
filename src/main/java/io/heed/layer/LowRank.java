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
    for (int column = 0; column < right.columns(); column++) {
      float sum = 0;
      for (int k = 0; k < right.rows(); k++) {
        float factor = left.data()[left.index(row) + k];
        sum = Math.fma(factor, right.data()[right.index(k) + column], sum);
      }
      values[at + column] = Math.fma(sum, scale, values[at + column]);
    }
  }
}
