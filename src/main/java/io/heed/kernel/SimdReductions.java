package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * Softmax and rows that are far apart in vectors; of the other plain loops C2 makes vectors by
 * itself.
 */
final class SimdReductions extends ReferenceReductions {

  @Override
  public void softmax(Matrix scores, float scale, Scratch scratch) {
    int n = scores.columns();
    float[] row = scratch.row(SimdSoftmax.padded(n));
    float[] sum = new float[1];
    for (int i = 0; i < scores.rows() && n > 0; i++) {
      System.arraycopy(scores.data(), scores.index(i), row, 0, n);
      SimdSoftmax.exponentiate(row, 0, 0, 1, n, scale, sum, scratch.lanes());
      SimdRows.scale(row, 0, n, 1f / sum[0]);
      System.arraycopy(row, 0, scores.data(), scores.index(i), n);
    }
  }

  @Override
  public void meanRows(Matrix table, int[] rows, int[] cumulativeLengths, Matrix pooled) {
    Shapes.checkMeanRows(table, rows, cumulativeLengths, pooled);
    int n = pooled.columns();
    for (int s = 0; s < pooled.rows(); s++) {
      int at = pooled.index(s);
      int from = cumulativeLengths[s];
      int to = cumulativeLengths[s + 1];
      Arrays.fill(pooled.data(), at, at + n, 0f);
      int t = from;
      for (; t + 4 <= to; t += 4) {
        SimdRows.addFour(
            table.data(),
            table.index(rows[t]),
            table.index(rows[t + 1]),
            table.index(rows[t + 2]),
            table.index(rows[t + 3]),
            pooled.data(),
            at,
            n);
      }
      for (; t < to; t++) {
        SimdRows.add(table.data(), table.index(rows[t]), pooled.data(), at, n);
      }
      if (to > from) {
        SimdRows.scale(pooled.data(), at, n, 1f / (to - from));
      }
    }
  }

  @Override
  public void logSumExp(Matrix scores, double[] sums, Scratch scratch) {
    Shapes.checkSums(scores, sums);
    int n = scores.columns();
    float[] row = scratch.row(SimdSoftmax.padded(n));
    float[] sum = new float[1];
    for (int i = 0; i < scores.rows(); i++) {
      System.arraycopy(scores.data(), scores.index(i), row, 0, n);
      float max = SimdSoftmax.max(row, 0, n);
      SimdSoftmax.exponentiate(row, 0, 0, 1, n, 1f, sum, scratch.lanes());
      sums[i] = ScalarMath.logSumExp(max, sum[0]);
    }
  }
}
