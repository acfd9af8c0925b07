package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/** What sums or compares along rows or tokens, in plain Java. */
class ReferenceReductions implements Reductions {

  @Override
  public void softmax(Matrix scores, float scale, Scratch scratch) {
    for (int i = 0; i < scores.rows() && scores.columns() > 0; i++) {
      int at = scores.index(i);
      float sum =
          ReferenceSoftmax.exponentiate(
              scores.data(), at, scores.columns(), scale, scratch.lanes());
      ReferenceRows.scaleRow(scores.data(), at, scores.columns(), 1f / sum);
    }
  }

  @Override
  public void logSumExp(Matrix scores, double[] sums, Scratch scratch) {
    Shapes.checkSums(scores, sums);
    int n = scores.columns();
    float[] row = scratch.row(n);
    for (int i = 0; i < scores.rows(); i++) {
      System.arraycopy(scores.data(), scores.index(i), row, 0, n);
      float max = ReferenceSoftmax.max(row, 0, n);
      float sum = ReferenceSoftmax.exponentiate(row, 0, n, 1f, scratch.lanes());
      sums[i] = ScalarMath.logSumExp(max, sum);
    }
  }

  @Override
  public void meanPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    Shapes.checkPool(hidden, cumulativeLengths, pooled);
    for (int s = 0; s < pooled.rows(); s++) {
      int at = pooled.index(s);
      int length = cumulativeLengths[s + 1] - cumulativeLengths[s];
      Arrays.fill(pooled.data(), at, at + pooled.columns(), 0f);
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int from = hidden.index(t);
        for (int i = 0; i < pooled.columns(); i++) {
          pooled.data()[at + i] += hidden.data()[from + i];
        }
      }
      ReferenceRows.scaleRow(pooled.data(), at, pooled.columns(), 1f / length);
    }
  }

  @Override
  public void meanRows(Matrix table, int[] rows, int[] cumulativeLengths, Matrix pooled) {
    Shapes.checkMeanRows(table, rows, cumulativeLengths, pooled);
    for (int s = 0; s < pooled.rows(); s++) {
      int at = pooled.index(s);
      int length = cumulativeLengths[s + 1] - cumulativeLengths[s];
      Arrays.fill(pooled.data(), at, at + pooled.columns(), 0f);
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int from = table.index(rows[t]);
        for (int i = 0; i < pooled.columns(); i++) {
          pooled.data()[at + i] += table.data()[from + i];
        }
      }
      if (length > 0) {
        ReferenceRows.scaleRow(pooled.data(), at, pooled.columns(), 1f / length);
      }
    }
  }

  @Override
  public void maxPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    Shapes.checkPool(hidden, cumulativeLengths, pooled);
    for (int s = 0; s < pooled.rows(); s++) {
      int at = pooled.index(s);
      Arrays.fill(pooled.data(), at, at + pooled.columns(), Float.NEGATIVE_INFINITY);
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int from = hidden.index(t);
        for (int i = 0; i < pooled.columns(); i++) {
          pooled.data()[at + i] = Math.max(pooled.data()[at + i], hidden.data()[from + i]);
        }
      }
    }
  }

  @Override
  public boolean allFinite(Matrix rows) {
    boolean finite = true;
    for (int i = 0; i < rows.rows(); i++) {
      int at = rows.index(i);
      for (int j = at; j < at + rows.columns(); j++) {
        finite &= Float.isFinite(rows.data()[j]);
      }
    }
    return finite;
  }
}
