package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/** What scales rows by themselves, in plain Java. */
final class ReferenceNorms implements Norms {
  private final Elements elements = new ReferenceElements();

  @Override
  public void layerNorm(Matrix input, Normalization normalization, Matrix output, Scratch scratch) {
    Shapes.checkSame(input, output);
    Shapes.checkGain(input, normalization.gain());
    for (int i = 0; i < input.rows(); i++) {
      normalizeRow(
          input.data(), input.index(i), normalization, output.data(), output.index(i), scratch);
    }
  }

  @Override
  public void addLayerNorm(
      Matrix branch, Normalization normalization, Matrix hidden, Scratch scratch) {
    elements.add(branch, hidden);
    layerNorm(hidden, normalization, hidden, scratch);
  }

  private static void normalizeRow(
      float[] x, int xAt, Normalization normalization, float[] y, int yAt, Scratch scratch) {
    float[] gain = normalization.gain();
    float[] bias = normalization.bias();
    int n = gain.length;
    standardize(x, xAt, n, normalization.epsilon(), y, yAt, scratch.lanes());
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.fma(y[yAt + i], gain[i], bias[i]);
    }
  }

  /** A row less its mean, divided by its deviation; gives 1 over the deviation. */
  static float standardize(
      float[] x, int xAt, int n, double epsilon, float[] y, int yAt, float[] lanes) {
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      lanes[i % ScalarMath.LANES] += x[xAt + i];
    }
    float mean = ScalarMath.fold(lanes) / n;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      float difference = x[xAt + i] - mean;
      int lane = i % ScalarMath.LANES;
      lanes[lane] = Math.fma(difference, difference, lanes[lane]);
    }
    float factor = ScalarMath.reciprocalDeviation(ScalarMath.fold(lanes), n, epsilon);
    for (int i = 0; i < n; i++) {
      y[yAt + i] = (x[xAt + i] - mean) * factor;
    }
    return factor;
  }

  @Override
  public void rmsNorm(
      Matrix input, RmsNormalization normalization, Matrix output, Scratch scratch) {
    float[] gain = normalization.gain();
    Shapes.checkSame(input, output);
    Shapes.checkGain(input, gain);
    for (int i = 0; i < input.rows(); i++) {
      int from = input.index(i);
      int to = output.index(i);
      float squares = sumOfSquares(input.data(), from, gain.length, scratch.lanes());
      float factor = ScalarMath.reciprocalDeviation(squares, gain.length, normalization.epsilon());
      for (int j = 0; j < gain.length; j++) {
        output.data()[to + j] = input.data()[from + j] * factor * gain[j];
      }
    }
  }

  private static float sumOfSquares(float[] x, int at, int n, float[] lanes) {
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      int lane = i % ScalarMath.LANES;
      lanes[lane] = Math.fma(x[at + i], x[at + i], lanes[lane]);
    }
    return ScalarMath.fold(lanes);
  }

  @Override
  public void normalizeRows(Matrix rows, Scratch scratch) {
    for (int i = 0; i < rows.rows(); i++) {
      int at = rows.index(i);
      float squares = sumOfSquares(rows.data(), at, rows.columns(), scratch.lanes());
      float factor = ScalarMath.reciprocalNorm(squares);
      ReferenceRows.scaleRow(rows.data(), at, rows.columns(), factor);
    }
  }
}
