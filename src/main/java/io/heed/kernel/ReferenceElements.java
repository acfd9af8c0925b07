package io.heed.kernel;

import io.heed.tensor.Matrix;

/** What is done value by value, in plain Java. C2 vectorises most of it by itself. */
class ReferenceElements implements Elements {

  @Override
  public void activate(Activation activation, Matrix values) {
    for (int i = 0; i < values.rows(); i++) {
      int at = values.index(i);
      for (int j = at; j < at + values.columns(); j++) {
        values.data()[j] = ScalarMath.activate(activation, values.data()[j]);
      }
    }
  }

  @Override
  public void multiply(Matrix factors, Matrix values) {
    Shapes.checkSame(factors, values);
    float[] x = factors.data();
    float[] y = values.data();
    for (int i = 0; i < values.rows(); i++) {
      int from = factors.index(i);
      int to = values.index(i);
      for (int j = 0; j < values.columns(); j++) {
        y[to + j] = x[from + j] * y[to + j];
      }
    }
  }

  @Override
  public void add(Matrix branch, Matrix hidden) {
    Shapes.checkSame(branch, hidden);
    float[] x = branch.data();
    float[] y = hidden.data();
    for (int i = 0; i < hidden.rows(); i++) {
      int from = branch.index(i);
      int to = hidden.index(i);
      for (int j = 0; j < hidden.columns(); j++) {
        y[to + j] = x[from + j] + y[to + j];
      }
    }
  }

  @Override
  public void addRows(Matrix table, int[] rows, Matrix hidden) {
    Shapes.checkAddRows(table, rows, hidden);
    float[] x = table.data();
    float[] y = hidden.data();
    for (int t = 0; t < hidden.rows(); t++) {
      int from = table.index(rows[t]);
      int to = hidden.index(t);
      for (int i = 0; i < hidden.columns(); i++) {
        y[to + i] = y[to + i] + x[from + i];
      }
    }
  }

  @Override
  public void scaleAndAddPositions(
      Matrix hidden, float scale, Matrix positions, int[] cumulativeLengths) {
    Shapes.checkPositions(hidden, positions, cumulativeLengths);
    float[] x = hidden.data();
    float[] p = positions.data();
    for (int s = 0; s + 1 < cumulativeLengths.length; s++) {
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int at = hidden.index(t);
        int from = positions.index(t - cumulativeLengths[s]);
        for (int i = 0; i < hidden.columns(); i++) {
          x[at + i] = Math.fma(x[at + i], scale, p[from + i]);
        }
      }
    }
  }

  @Override
  public void rotate(Matrix heads, int headWidth, Rotation rotation, int first) {
    rotation.check(heads, headWidth, first);
    for (int t = 0; t < heads.rows(); t++) {
      int row = heads.index(t);
      for (int at = row; at < row + heads.columns(); at += headWidth) {
        rotate(heads.data(), at, rotation, first + t);
      }
    }
  }

  private static void rotate(float[] values, int at, Rotation rotation, int position) {
    int pairs = rotation.pairs();
    for (int k = 0; k < pairs; k++) {
      float x = values[at + k];
      float y = values[at + pairs + k];
      float cosine = rotation.cosines().at(position, k);
      float sine = rotation.sines().at(position, k);
      values[at + k] = Math.fma(x, cosine, -(y * sine));
      values[at + pairs + k] = Math.fma(y, cosine, x * sine);
    }
  }

  @Override
  public void drop(Dropout dropout, int[] cumulativeLengths, Matrix rows) {
    Shapes.checkSequences(cumulativeLengths, rows.rows(), 0);
    for (int s = 0; s + 1 < cumulativeLengths.length; s++) {
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int query = t - cumulativeLengths[s];
        dropout.apply(s, 0, query, rows.data(), rows.index(t), rows.columns());
      }
    }
  }
}
