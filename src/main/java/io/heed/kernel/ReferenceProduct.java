package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * The chains of fused multiply-adds of which a product consists. Along k they begin anew every
 * {@link Kernels#K_BLOCK} values.
 */
final class ReferenceProduct {
  private ReferenceProduct() {}

  /** {@code Σ x y} of {@code n} values: a chain from +0 for each block, the sums added in order. */
  static float product(float[] x, int xAt, float[] y, int yAt, int n) {
    float total = 0f;
    for (int from = 0; from < n; from += Kernels.K_BLOCK) {
      float sum = 0f;
      for (int k = from; k < Math.min(n, from + Kernels.K_BLOCK); k++) {
        sum = Math.fma(x[xAt + k], y[yAt + k], sum);
      }
      total = from == 0 ? sum : total + sum;
    }
    return total;
  }

  /**
   * {@code y = x · matrix}. Every element is a chain of fused multiply-adds from +0 for each block
   * along k, and the sums of the blocks are added in order. The loop over k stands outside: so the
   * inner loop runs over independent elements, and Java compilers vectorise it.
   */
  static void multiplyRow(float[] x, int xAt, Matrix matrix, float[] y, int yAt, Scratch scratch) {
    Arrays.fill(y, yAt, yAt + matrix.columns(), 0f);
    addProduct(x, xAt, matrix, y, yAt, scratch);
  }

  /** {@code y = x · matrix + y}: the first block along k goes on from y, later ones from +0. */
  static void addProduct(float[] x, int xAt, Matrix matrix, float[] y, int yAt, Scratch scratch) {
    int n = matrix.columns();
    int firstEnd = Math.min(matrix.rows(), Kernels.K_BLOCK);
    addMultiples(x, xAt, matrix, 0, firstEnd, y, yAt);
    float[] block = scratch.row(n);
    for (int from = firstEnd; from < matrix.rows(); from += Kernels.K_BLOCK) {
      Arrays.fill(block, 0, n, 0f);
      addMultiples(x, xAt, matrix, from, Math.min(matrix.rows(), from + Kernels.K_BLOCK), block, 0);
      for (int j = 0; j < n; j++) {
        y[yAt + j] += block[j];
      }
    }
  }

  /** Adds the rows {@code from} to {@code to} of the matrix, each times its value of x. */
  private static void addMultiples(
      float[] x, int xAt, Matrix matrix, int from, int to, float[] sum, int sumAt) {
    for (int k = from; k < to; k++) {
      float factor = x[xAt + k];
      int row = matrix.index(k);
      for (int j = 0; j < matrix.columns(); j++) {
        sum[sumAt + j] = Math.fma(factor, matrix.data()[row + j], sum[sumAt + j]);
      }
    }
  }
}
