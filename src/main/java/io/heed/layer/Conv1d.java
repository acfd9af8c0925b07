package io.heed.layer;

import io.heed.tensor.Matrix;
import java.util.Objects;

/**
 * The weights of a linear map in the layout of transformers' {@code Conv1D}, which GPT-2 has: the
 * transpose of {@code Linear}'s.
 *
 * @param stored {@code [inputs, outputs]}
 */
record Conv1d(Matrix stored) {
  /** Rows and columns of a square that fits into the first level of cache, read and written. */
  private static final int TILE = 32;

  int inputs() {
    return stored.rows();
  }

  int outputs() {
    return stored.columns();
  }

  /** The whole map, {@code [outputs, inputs]}, in an array of its own. */
  Matrix transposed() {
    return transposed(0, outputs());
  }

  /**
   * Outputs {@code from} to {@code to} of the map, {@code [to - from, inputs]}, in an array of
   * their own: taken in parts, a large map needs little more memory than it has already.
   */
  Matrix transposed(int from, int to) {
    Objects.checkFromToIndex(from, to, outputs());
    Matrix transposed = Matrix.allocate(to - from, inputs());
    for (int output = from; output < to; output += TILE) {
      for (int input = 0; input < inputs(); input += TILE) {
        transposeTile(output, Math.min(to, output + TILE), input, from, transposed);
      }
    }
    return transposed;
  }

  private void transposeTile(int first, int last, int firstInput, int from, Matrix target) {
    int lastInput = Math.min(inputs(), firstInput + TILE);
    for (int output = first; output < last; output++) {
      int row = target.index(output - from);
      for (int input = firstInput; input < lastInput; input++) {
        target.data()[row + input] = stored.data()[stored.index(input) + output];
      }
    }
  }
}
