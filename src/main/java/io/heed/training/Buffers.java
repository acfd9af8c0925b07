package io.heed.training;

import io.heed.tensor.Matrix;
import java.util.HashMap;
import java.util.Map;

/** Matrices of one task by name, used again by the next micro-batch. Not thread-safe. */
final class Buffers {
  private final Map<String, float[]> arrays = new HashMap<>();

  /** A matrix whose values are left from before. */
  Matrix matrix(String name, int rows, int columns) {
    int length = Math.addExact(Matrix.ALIGNED_OFFSET, Math.multiplyExact(rows, columns));
    float[] array =
        arrays.compute(
            name, (key, old) -> old == null || old.length < length ? new float[length] : old);
    return new Matrix(array, Matrix.ALIGNED_OFFSET, rows, columns, columns);
  }

  static void copy(Matrix from, Matrix to) {
    for (int row = 0; row < from.rows(); row++) {
      System.arraycopy(from.data(), from.index(row), to.data(), to.index(row), from.columns());
    }
  }

  static void clear(Matrix matrix) {
    for (int row = 0; row < matrix.rows(); row++) {
      int at = matrix.index(row);
      java.util.Arrays.fill(matrix.data(), at, at + matrix.columns(), 0f);
    }
  }
}
