package io.heed.regression;

import java.util.Arrays;

/**
 * Up to {@link #QUERIES} queries that meet the keys together, so that every loop runs over queries
 * and vectorises, and a key is loaded once for all of them. What a query knows of the keys seen so
 * far is its smallest squared distance and, with weights relative to that one, sums of weights and
 * of weighted values; a closer key rescales them. Memory does not grow with the keys.
 *
 * <p>Not thread-safe.
 */
final class PoolingTile {
  static final int QUERIES = 256;

  /** Keys between two looks at the smallest distance; their distances fit the first cache. */
  static final int GROUP = 16;

  private final double[][] queries; // [d][m]
  private final long[] selves;
  private final double slope;
  private final boolean withGradient;
  private final double[][] distances; // [GROUP][m], squared
  private final double[] nearest;
  private final double[] nearer;
  private final double[] weight;
  private final double[] sum;
  private final double[] valueSum;
  private final double[] distanceSum;
  private final double[] productSum;
  private boolean begun;

  private PoolingTile(double[][] queries, long[] selves, double width, boolean withGradient) {
    int count = queries[0].length;
    this.queries = queries;
    this.selves = selves;
    this.slope = -0.5 * width * width;
    this.withGradient = withGradient;
    this.distances = new double[GROUP][count];
    this.nearest = filled(count);
    this.nearer = filled(count);
    this.weight = new double[count];
    this.sum = new double[count];
    this.valueSum = new double[count];
    this.distanceSum = new double[withGradient ? count : 0];
    this.productSum = new double[withGradient ? count : 0];
  }

  /**
   * Queries that see every key.
   *
   * @param queries {@code [d][m]}
   */
  static PoolingTile of(double[][] queries, double width) {
    return new PoolingTile(queries, new long[0], width, false);
  }

  /**
   * Queries that are keys themselves, each blind to itself, with what a gradient needs.
   *
   * @param queries {@code [d][m]}
   * @param selves {@code [m]}, their indexes among the keys, ascending
   */
  static PoolingTile leavingOneOut(double[][] queries, long[] selves, double width) {
    return new PoolingTile(queries, selves, width, true);
  }

  private static double[] filled(int count) {
    double[] values = new double[count];
    Arrays.fill(values, Double.POSITIVE_INFINITY);
    return values;
  }

  /** Meets all keys. */
  PoolingTile meet(Keys keys) {
    for (int i = 0; i < keys.blocks(); i++) {
      meet(keys.block(i));
    }
    return this;
  }

  /** Meets the keys of the next block. */
  void meet(KeyBlock block) {
    for (int from = 0; from < block.size(); from += GROUP) {
      meetGroup(block, from, Math.min(from + GROUP, block.size()));
    }
  }

  private void meetGroup(KeyBlock block, int from, int to) {
    for (int key = from; key < to; key++) {
      measure(block, key, distances[key - from]);
    }
    blind(block.first() + from, to - from, Double.POSITIVE_INFINITY, distances);
    for (int key = from; key < to; key++) {
      least(nearer, distances[key - from]);
    }
    if (begun && differ(nearest, nearer)) {
      rescale();
    }
    begun = true;
    System.arraycopy(nearer, 0, nearest, 0, nearest.length);
    for (int key = from; key < to; key++) {
      double[] distance = distances[key - from];
      exponents(distance, nearest, slope, weight);
      FastExp.inPlace(weight);
      blindWeight(block.first() + key);
      add(weight, block.values()[key], sum, valueSum);
      if (withGradient) {
        blindDistance(block.first() + key, distance);
        add(weight, block.values()[key], distance, distanceSum, productSum);
      }
    }
  }

  private void measure(KeyBlock block, int key, double[] distance) {
    square(queries[0], block.feature(key, 0), distance);
    for (int i = 1; i < queries.length; i++) {
      addSquare(queries[i], block.feature(key, i), distance);
    }
  }

  private void rescale() {
    exponents(nearest, nearer, slope, weight);
    FastExp.inPlace(weight);
    multiply(sum, weight);
    multiply(valueSum, weight);
    if (withGradient) {
      multiply(distanceSum, weight);
      multiply(productSum, weight);
    }
  }

  /** Sets the value of each query for its own key, where that is one of {@code count} keys. */
  private void blind(long first, int count, double value, double[][] rows) {
    if (selves.length == 0 || first > selves[selves.length - 1] || first + count <= selves[0]) {
      return;
    }
    for (int key = 0; key < count; key++) {
      int query = Arrays.binarySearch(selves, first + key);
      if (query >= 0) {
        rows[key][query] = value;
      }
    }
  }

  private void blindWeight(long key) {
    int query = self(key);
    if (query >= 0) {
      weight[query] = 0;
    }
  }

  /** Else the product of no weight and an infinite distance is not a number. */
  private void blindDistance(long key, double[] distance) {
    int query = self(key);
    if (query >= 0) {
      distance[query] = 0;
    }
  }

  private int self(long key) {
    boolean isOutside = selves.length == 0 || key < selves[0] || key > selves[selves.length - 1];
    return isOutside ? -1 : Arrays.binarySearch(selves, key);
  }

  /** {@code f(x)} of a query. */
  double prediction(int query) {
    return valueSum[query] / sum[query];
  }

  /** The derivative of {@link #prediction} by the width w: {@code −w cov(y, ‖x − xᵢ‖²)}. */
  double slope(int query, double width) {
    double meanProduct = productSum[query] / sum[query];
    double meanDistance = distanceSum[query] / sum[query];
    return -width * (meanProduct - prediction(query) * meanDistance);
  }

  /**
   * The distance of each query to the nearest key that has other features, infinite where there is
   * none.
   *
   * @param queries {@code [d][m]}
   * @return {@code [m]}
   */
  static double[] nearestOthers(double[][] queries, Keys keys) {
    PoolingTile tile = of(queries, 0);
    double[] distance = new double[queries[0].length];
    for (int i = 0; i < keys.blocks(); i++) {
      KeyBlock block = keys.block(i);
      for (int key = 0; key < block.size(); key++) {
        tile.measure(block, key, distance);
        leastAboveZero(tile.nearest, distance);
      }
    }
    return Arrays.stream(tile.nearest).map(Math::sqrt).toArray();
  }

  // The loops: whole arrays, one operation, no offsets, which is what the compiler vectorises.

  private static void square(double[] x, double key, double[] distance) {
    for (int i = 0; i < distance.length; i++) {
      double difference = x[i] - key;
      distance[i] = difference * difference;
    }
  }

  private static void addSquare(double[] x, double key, double[] distance) {
    for (int i = 0; i < distance.length; i++) {
      double difference = x[i] - key;
      distance[i] = Math.fma(difference, difference, distance[i]);
    }
  }

  private static void least(double[] least, double[] distance) {
    for (int i = 0; i < least.length; i++) {
      least[i] = Math.min(least[i], distance[i]);
    }
  }

  private static void leastAboveZero(double[] least, double[] distance) {
    for (int i = 0; i < least.length; i++) {
      double other = distance[i] > 0 ? distance[i] : Double.POSITIVE_INFINITY;
      least[i] = Math.min(least[i], other);
    }
  }

  private static boolean differ(double[] one, double[] other) {
    return Arrays.mismatch(one, other) >= 0;
  }

  private static void exponents(
      double[] distance, double[] nearest, double slope, double[] exponent) {
    for (int i = 0; i < exponent.length; i++) {
      exponent[i] = slope * (distance[i] - nearest[i]);
    }
  }

  private static void multiply(double[] values, double[] factors) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[i];
    }
  }

  private static void add(double[] weight, double value, double[] sum, double[] valueSum) {
    for (int i = 0; i < weight.length; i++) {
      sum[i] += weight[i];
    }
    for (int i = 0; i < weight.length; i++) {
      valueSum[i] = Math.fma(weight[i], value, valueSum[i]);
    }
  }

  private static void add(
      double[] weight, double value, double[] distance, double[] distanceSum, double[] productSum) {
    for (int i = 0; i < weight.length; i++) {
      distanceSum[i] = Math.fma(weight[i], distance[i], distanceSum[i]);
    }
    for (int i = 0; i < weight.length; i++) {
      productSum[i] = Math.fma(weight[i] * value, distance[i], productSum[i]);
    }
  }
}
