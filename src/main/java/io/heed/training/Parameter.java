package io.heed.training;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * A tensor that is trained.
 *
 * @param name as the checkpoint has it
 * @param shape of one or two dimensions
 * @param at index of its first value in an array of all
 * @param decay whether its values decay: those of matrices do
 * @param deviation of its values before training: about 0, or about 1 where it is 0
 * @param centre 0, or 1 for the gain of a norm
 */
record Parameter(String name, int[] shape, int at, Decay decay, double deviation, float centre) {

  /** Whether weights shrink by themselves. */
  enum Decay {
    MATRIX,
    NONE
  }

  /** Values it has. */
  int size() {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  int rows() {
    return shape.length == 1 ? 1 : shape[0];
  }

  int columns() {
    return shape[shape.length - 1];
  }

  /** Its values in an array of all parameters, {@code [rows, columns]}; a vector has one row. */
  Matrix of(float[] all) {
    return new Matrix(all, at, rows(), columns(), columns());
  }

  /** A copy of its values. */
  float[] values(float[] all) {
    return Arrays.copyOfRange(all, at, at + size());
  }
}
