package io.heed.oracle;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * What transformers are made of, in float64, on hidden states [D, T]: one token a column,
 * column-major. Each returns a new matrix.
 */
final class Columns {
  private Columns() {}

  /**
   * The output of each head side by side, [D, T].
   *
   * @param queries [D, T], as keys and values
   * @param visible how many keys, from the first on, the query of this index sees
   */
  static DenseMatrix attention(
      DenseMatrix queries,
      DenseMatrix keys,
      DenseMatrix values,
      int heads,
      IntUnaryOperator visible) {
    int headSize = queries.numRows() / heads;
    double[] context = new double[queries.values().length];
    for (int head = 0; head < heads; head++) {
      DenseMatrix value = rows(values, head * headSize, headSize);
      DenseMatrix attended = value.multiply(weights(queries, keys, heads, head, visible));
      for (int token = 0; token < queries.numCols(); token++) {
        int target = token * queries.numRows() + head * headSize;
        System.arraycopy(attended.values(), token * headSize, context, target, headSize);
      }
    }
    return new DenseMatrix(queries.numRows(), queries.numCols(), context);
  }

  /** The weights of one head, [T keys, T queries]. */
  static DenseMatrix weights(
      DenseMatrix queries, DenseMatrix keys, int heads, int head, IntUnaryOperator visible) {
    int headSize = queries.numRows() / heads;
    DenseMatrix query = rows(queries, head * headSize, headSize);
    DenseMatrix key = rows(keys, head * headSize, headSize);
    return softmax(key.transpose().multiply(query), 1 / Math.sqrt(headSize), visible);
  }

  /** weight · input + bias, the bias one value for each row of the product. */
  static DenseMatrix linear(DenseMatrix weight, double[] bias, DenseMatrix input) {
    DenseMatrix product = weight.multiply(input);
    double[] values = product.values();
    for (int i = 0; i < values.length; i++) {
      values[i] += bias[i % bias.length];
    }
    return product;
  }

  /** Each column with mean 0 and variance 1, then times gain and plus shift. */
  static DenseMatrix layerNorm(DenseMatrix input, double[] gain, double[] shift, double eps) {
    int width = input.numRows();
    double[] values = input.values().clone();
    for (int start = 0; start < values.length; start += width) {
      double mean = 0;
      for (int i = 0; i < width; i++) {
        mean += values[start + i] / width;
      }
      double variance = 0;
      for (int i = 0; i < width; i++) {
        double difference = values[start + i] - mean;
        variance += difference * difference / width;
      }
      double deviation = Math.sqrt(variance + eps);
      for (int i = 0; i < width; i++) {
        values[start + i] = (values[start + i] - mean) / deviation * gain[i] + shift[i];
      }
    }
    return new DenseMatrix(width, input.numCols(), values);
  }

  /** A function of every value. */
  static DenseMatrix map(DenseMatrix input, DoubleUnaryOperator function) {
    double[] values = input.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = function.applyAsDouble(values[i]);
    }
    return new DenseMatrix(input.numRows(), input.numCols(), values);
  }

  static DenseMatrix sum(DenseMatrix left, DenseMatrix right) {
    double[] values = left.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += right.values()[i];
    }
    return new DenseMatrix(left.numRows(), left.numCols(), values);
  }

  /** So many rows from {@code first} on. */
  static DenseMatrix rows(DenseMatrix matrix, int first, int count) {
    double[] values = new double[count * matrix.numCols()];
    for (int column = 0; column < matrix.numCols(); column++) {
      int source = column * matrix.numRows() + first;
      System.arraycopy(matrix.values(), source, values, column * count, count);
    }
    return new DenseMatrix(count, matrix.numCols(), values);
  }

  /** Each column in an array of its own. */
  static double[][] arrays(DenseMatrix matrix) {
    double[][] columns = new double[matrix.numCols()][];
    for (int column = 0; column < columns.length; column++) {
      int from = column * matrix.numRows();
      columns[column] = Arrays.copyOfRange(matrix.values(), from, from + matrix.numRows());
    }
    return columns;
  }

  /** GELU with erf. */
  static double gelu(double x) {
    return x * (1 + ErrorFunction.erf(x / Math.sqrt(2))) / 2;
  }

  /** GELU with tanh, Hendrycks and Gimpel's approximation. */
  static double geluTanh(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private static DenseMatrix softmax(DenseMatrix scores, double scale, IntUnaryOperator visible) {
    int keys = scores.numRows();
    double[] weights = new double[scores.values().length];
    for (int query = 0; query < scores.numCols(); query++) {
      int start = query * keys;
      int end = start + visible.applyAsInt(query);
      double maximum = Double.NEGATIVE_INFINITY;
      for (int key = start; key < end; key++) {
        maximum = Math.max(maximum, scores.values()[key]);
      }
      double sum = 0;
      for (int key = start; key < end; key++) {
        weights[key] = Math.exp((scores.values()[key] - maximum) * scale);
        sum += weights[key];
      }
      for (int key = start; key < end; key++) {
        weights[key] /= sum;
      }
    }
    return new DenseMatrix(keys, scores.numCols(), weights);
  }
}
