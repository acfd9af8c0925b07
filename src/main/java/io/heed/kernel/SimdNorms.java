package io.heed.kernel;

import io.heed.tensor.Matrix;

/** What scales rows by themselves, in vectors along the rows. */
final class SimdNorms implements Norms {

  @Override
  public void layerNorm(Matrix input, Normalization normalization, Matrix output, Scratch scratch) {
    Shapes.checkSame(input, output);
    Shapes.checkGain(input, normalization.gain());
    for (int i = 0; i < input.rows(); i++) {
      float sum = SimdRows.sum(input.data(), input.index(i), input.columns(), scratch.lanes());
      finishNorm(input, i, sum, normalization, output, scratch);
    }
  }

  @Override
  public void addLayerNorm(
      Matrix branch, Normalization normalization, Matrix hidden, Scratch scratch) {
    Shapes.checkSame(branch, hidden);
    Shapes.checkGain(hidden, normalization.gain());
    for (int i = 0; i < hidden.rows(); i++) {
      float sum =
          SimdRows.addAndSum(
              branch.data(),
              branch.index(i),
              hidden.data(),
              hidden.index(i),
              hidden.columns(),
              scratch.lanes());
      finishNorm(hidden, i, sum, normalization, hidden, scratch);
    }
  }

  private static void finishNorm(
      Matrix input, int i, float sum, Normalization target, Matrix output, Scratch scratch) {
    float[] x = input.data();
    int at = input.index(i);
    int n = input.columns();
    float mean = sum / n;
    float squares = SimdRows.sumOfSquares(x, at, n, mean, scratch.lanes());
    float factor = ScalarMath.reciprocalDeviation(squares, n, target.epsilon());
    SimdRows.normalize(x, at, mean, factor, target, output.data(), output.index(i));
  }

  @Override
  public void rmsNorm(
      Matrix input, RmsNormalization normalization, Matrix output, Scratch scratch) {
    float[] gain = normalization.gain();
    int n = gain.length;
    Shapes.checkSame(input, output);
    Shapes.checkGain(input, gain);
    for (int i = 0; i < input.rows(); i++) {
      float[] x = input.data();
      int at = input.index(i);
      float squares = SimdRows.sumOfSquares(x, at, n, 0f, scratch.lanes());
      float factor = ScalarMath.reciprocalDeviation(squares, n, normalization.epsilon());
      SimdRows.scale(x, at, factor, gain, output.data(), output.index(i));
    }
  }

  @Override
  public void normalizeRows(Matrix rows, Scratch scratch) {
    int n = rows.columns();
    for (int i = 0; i < rows.rows(); i++) {
      float squares = SimdRows.sumOfSquares(rows.data(), rows.index(i), n, 0f, scratch.lanes());
      SimdRows.scale(rows.data(), rows.index(i), n, ScalarMath.reciprocalNorm(squares));
    }
  }
}
