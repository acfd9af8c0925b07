package io.heed.layer;

import io.heed.tensor.Matrix;

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

  /** The map, {@code [outputs, inputs]}, in an array of its own. */
  Matrix transposed() {
    Matrix transposed = Matrix.allocate(outputs(), inputs());
    for (int output = 0; output < outputs(); output += TILE) {
      for (int input = 0; input < inputs(); input += TILE) {
        transposeTile(output, input, transposed);
      }
    }
    return transposed;
  }

  private void transposeTile(int firstOutput, int firstInput, Matrix target) {
    int lastOutput = Math.min(outputs(), firstOutput + TILE);
    int lastInput = Math.min(inputs(), firstInput + TILE);
    for (int output = firstOutput; output < lastOutput; output++) {
      int row = target.index(output);
      for (int input = firstInput; input < lastInput; input++) {
        target.data()[row + input] = stored.data()[stored.index(input) + output];
      }
    }
  }
}
