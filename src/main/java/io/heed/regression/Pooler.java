package io.heed.regression;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * Predicts: keys, their values and a width, ready for tasks.
 *
 * <p>Width 0 weighs all keys alike and is average pooling. Width 1 is the Gaussian kernel without a
 * parameter.
 */
public final class Pooler implements Serializable {
  private static final long serialVersionUID = 1;

  /** Values times this add up without overflow; a power of two, so that it costs no bit of them. */
  private static final double DOWN = 0x1p-64;

  private final Keys keys;
  private final double width;
  private final double mean;

  Pooler(Keys keys, double width) {
    this.keys = keys;
    this.width = width;
    this.mean = width == 0 ? mean(keys) : Double.NaN;
  }

  private static double mean(Keys keys) {
    double mean = sum(keys, 1) / keys.count();
    return Double.isFinite(mean) ? mean : sum(keys, DOWN) / keys.count() / DOWN;
  }

  private static double sum(Keys keys, double scale) {
    double sum = 0;
    for (int i = 0; i < keys.blocks(); i++) {
      KeyBlock block = keys.block(i);
      for (int key = 0; key < block.size(); key++) {
        sum += block.value(key) * scale;
      }
    }
    return sum;
  }

  /** w. */
  public double width() {
    return width;
  }

  /** The same keys with another width. */
  public Pooler withWidth(double other) {
    return new Pooler(keys, other);
  }

  /** d. */
  public int dimensions() {
    return keys.dimensions();
  }

  /** How many queries are best given together. */
  public int batch() {
    return PoolingTile.QUERIES;
  }

  /**
   * The predictions of queries, each independent of the others.
   *
   * @param queries {@code [m][d]}
   * @return {@code [m]}, not finite where distances overflow
   */
  public double[] predict(double[][] queries) {
    double[] predictions = new double[queries.length];
    for (int from = 0; from < queries.length; from += PoolingTile.QUERIES) {
      int count = Math.min(PoolingTile.QUERIES, queries.length - from);
      if (width == 0) {
        Arrays.fill(predictions, from, from + count, mean);
        continue;
      }
      double[][] columns = transposed(queries, from, count);
      PoolingTile tile = PoolingTile.of(columns, width).meet(keys);
      PoolingTile scaled = null;
      for (int i = 0; i < count; i++) {
        predictions[from + i] = tile.prediction(i);
        if (tile.overflows(i)) {
          scaled = scaled == null ? PoolingTile.scaled(columns, width, DOWN).meet(keys) : scaled;
          predictions[from + i] = scaled.prediction(i) / DOWN;
        }
      }
    }
    return predictions;
  }

  private double[][] transposed(double[][] queries, int from, int count) {
    double[][] columns = new double[keys.dimensions()][count];
    for (int i = 0; i < count; i++) {
      double[] query = queries[from + i];
      if (query.length != columns.length) {
        throw new RegressionException(wrongSize(query.length));
      }
      for (int j = 0; j < columns.length; j++) {
        columns[j][i] = query[j];
      }
    }
    return columns;
  }

  /** What is wrong with a query of another size. */
  public String wrongSize(int size) {
    return String.format(
        Locale.ROOT,
        "a query has %d features, and the model was fitted on %d",
        size,
        keys.dimensions());
  }

  /**
   * The weights of all keys for each query.
   *
   * @param queries {@code [m][d]}
   * @return {@code [m][n]}, the keys in the order of their features
   * @throws RegressionException where these are more than 16 million
   */
  public double[][] weights(double[][] queries) {
    if (queries.length * keys.count() > 1 << 24) {
      throw new RegressionException(
          String.format(
              Locale.ROOT,
              "the weights of %d queries for %d keys are more than %d",
              queries.length,
              keys.count(),
              1 << 24));
    }
    double[][] weights = new double[queries.length][];
    for (int i = 0; i < queries.length; i++) {
      weights[i] = PlainPooling.weights(queries[i], keys, width);
    }
    return weights;
  }
}
