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
  private final double valueScale;
  private final boolean withGradient;
  private final double[][] distances; // [GROUP][m], squared
  private final double[] nearest;
  private final double[] nearer;
  private final double[] nearestOfGroup;
  private final double[] farthestOfGroup;
  private final double[] weight;
  private final double[] scratch;
  private final double[] sum;
  private final double[] valueSum;
  private final double[] distanceSum;
  private final double[] productSum;
  private boolean begun;

  private PoolingTile(
      double[][] queries, long[] selves, double width, double valueScale, boolean withGradient) {
    int count = queries[0].length;
    this.queries = queries;
    this.selves = selves;
    this.slope = factor(width);
    this.valueScale = valueScale;
    this.withGradient = withGradient;
    this.distances = new double[GROUP][count];
    // Not infinite: a distance that overflows then weighs nothing, and not inf - inf.
    this.nearest = filled(count, Double.MAX_VALUE);
    this.nearer = filled(count, Double.MAX_VALUE);
    this.nearestOfGroup = new double[count];
    this.farthestOfGroup = new double[count];
    this.weight = new double[count];
    this.scratch = new double[count];
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
    return scaled(queries, width, 1);
  }

  /**
   * The same, whose predictions are of the values times a factor.
   *
   * @param queries {@code [d][m]}
   */
  static PoolingTile scaled(double[][] queries, double width, double valueScale) {
    return new PoolingTile(queries, new long[0], width, valueScale, false);
  }

  /**
   * Queries that are keys themselves, each blind to itself, with what a gradient needs.
   *
   * @param queries {@code [d][m]}
   * @param selves {@code [m]}, their indexes among the keys, ascending
   */
  static PoolingTile leavingOneOut(double[][] queries, long[] selves, double width) {
    return new PoolingTile(queries, selves, width, 1, true);
  }

  /**
   * What squared distances are multiplied by: finite, since the nearest key is at 0 of itself, and
   * 0 only where no distance matters, since others may be infinite.
   */
  static double factor(double width) {
    double half = 0.5 * width * width;
    return width == 0 ? 0 : -Math.max(Double.MIN_VALUE, Math.min(Double.MAX_VALUE, half));
  }

  private static double[] filled(int count, double value) {
    double[] values = new double[count];
    Arrays.fill(values, value);
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
    Arrays.fill(nearestOfGroup, Double.POSITIVE_INFINITY);
    Arrays.fill(farthestOfGroup, 0);
    for (int key = from; key < to; key++) {
      measure(block, key, distances[key - from]);
      PoolingLoops.most(farthestOfGroup, distances[key - from]);
    }
    blind(block.first() + from, to - from, Double.POSITIVE_INFINITY, distances);
    for (int key = from; key < to; key++) {
      PoolingLoops.least(nearestOfGroup, distances[key - from]);
    }
    PoolingLoops.least(nearer, nearestOfGroup);
    if (begun && PoolingLoops.differ(nearest, nearer)) {
      rescale();
    }
    begun = true;
    System.arraycopy(nearer, 0, nearest, 0, nearest.length);
    if (reaches(nearestOfGroup, FastExp.NOTHING)) {
      boolean areNear = !falls(farthestOfGroup, FastExp.NEAR);
      for (int key = from; key < to; key++) {
        addKey(block, key, distances[key - from], areNear);
      }
    }
  }

  /** Whether the exponent of any query at its distance is at least this, or not a number. */
  private boolean reaches(double[] distance, double least) {
    for (int i = 0; i < nearest.length; i++) {
      if (!(slope * (distance[i] - nearest[i]) < least)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the exponent of any query at its distance is below this, or not a number. */
  private boolean falls(double[] distance, double least) {
    for (int i = 0; i < nearest.length; i++) {
      if (!(slope * (distance[i] - nearest[i]) >= least)) {
        return true;
      }
    }
    return false;
  }

  /** A query's own key is measured as near as any, and its weight taken back. */
  private void addKey(KeyBlock block, int key, double[] distance, boolean isNear) {
    PoolingLoops.exponents(distance, nearest, slope, weight);
    if (isNear) {
      FastExp.near(weight);
    } else {
      FastExp.any(weight, scratch);
    }
    blindWeight(block.first() + key);
    double value = block.value(key) * valueScale;
    PoolingLoops.add(weight, value, sum, valueSum);
    if (withGradient) {
      blindDistance(block.first() + key, distance);
      PoolingLoops.add(weight, value, distance, distanceSum, productSum);
    }
  }

  private void measure(KeyBlock block, int key, double[] distance) {
    PoolingLoops.square(queries[0], block.feature(key, 0), distance);
    for (int i = 1; i < queries.length; i++) {
      PoolingLoops.addSquare(queries[i], block.feature(key, i), distance);
    }
  }

  private void rescale() {
    PoolingLoops.exponents(nearest, nearer, slope, weight);
    FastExp.any(weight, scratch);
    PoolingLoops.multiply(sum, weight);
    PoolingLoops.multiply(valueSum, weight);
    if (withGradient) {
      PoolingLoops.multiply(distanceSum, weight);
      PoolingLoops.multiply(productSum, weight);
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

  /** Whether the values are too large to be added up, though a weighted mean of them is not. */
  boolean overflows(int query) {
    return sum[query] > 0 && !Double.isFinite(valueSum[query]);
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
    double[] nearest = filled(distance.length, Double.POSITIVE_INFINITY);
    for (int i = 0; i < keys.blocks(); i++) {
      KeyBlock block = keys.block(i);
      for (int key = 0; key < block.size(); key++) {
        tile.measure(block, key, distance);
        PoolingLoops.leastAboveZero(nearest, distance);
      }
    }
    return Arrays.stream(nearest).map(Math::sqrt).toArray();
  }
}
