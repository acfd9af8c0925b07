package io.heed.series;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * The bins of one feature's returns: bin {@code i} holds those from edge {@code i - 1} up to below
 * edge {@code i}; the first and the last are open. Immutable.
 */
public final class FeatureBins implements Serializable {
  private static final long serialVersionUID = 1;

  /** Edges are at least this far apart, about 1e-9. */
  public static final double LEAST_WIDTH = 0x1p-30;

  /** No return is larger, of either sign: the logarithm of the largest ratio of prices is 461. */
  static final double LARGEST_RETURN = 461;

  /**
   * What is chosen in a bin stays this far from its edges, so that the rounding of a price and of
   * its return again does not leave the bin.
   */
  private static final double MARGIN = 0x1p-34;

  private final double[] edges;
  private final double[] medians;

  /**
   * Bins.
   *
   * @param edges between neighbouring bins, increasing
   * @param medians of the bins' returns, one more; the first may be -∞
   * @throws IllegalArgumentException naming the place and the values where the sizes do not fit,
   *     edges are not increasing, or a median is outside its bin
   */
  public FeatureBins(double[] edges, double[] medians) {
    this.edges = edges.clone();
    this.medians = medians.clone();
    require(
        medians.length == edges.length + 1,
        "%d medians do not fit %d edges, which part %d bins",
        medians.length,
        edges.length,
        edges.length + 1);
    for (int i = 0; i < edges.length; i++) {
      require(Math.abs(edges[i]) <= LARGEST_RETURN, "edge %d, %s, is no return", i, edges[i]);
      require(
          i == 0 || edges[i] - edges[i - 1] >= LEAST_WIDTH,
          "edge %d, %s, is not above the one before, %s, by %s",
          i,
          edges[i],
          i == 0 ? null : edges[i - 1],
          LEAST_WIDTH);
    }
    for (int bin = 0; bin < medians.length; bin++) {
      double median = medians[bin];
      boolean none = bin == 0 && median == Double.NEGATIVE_INFINITY;
      require(
          none || Math.abs(median) <= LARGEST_RETURN && bin(median) == bin,
          "median %d, %s, is not in its bin",
          bin,
          median);
    }
  }

  private static void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, rule, values));
    }
  }

  /** How many bins there are, at least one. */
  public int size() {
    return medians.length;
  }

  /** The edges, in an array of its own. */
  public double[] edges() {
    return edges.clone();
  }

  /** The medians, in an array of its own. */
  public double[] medians() {
    return medians.clone();
  }

  /** The bin that a return is in. */
  int bin(double logReturn) {
    int found = Arrays.binarySearch(edges, logReturn);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** The return that stands for a bin; one at an edge is moved into the bin. */
  double median(int bin) {
    double median = medians[bin];
    return median == Double.NEGATIVE_INFINITY
        ? median
        : Math.max(least(bin), Math.min(most(bin), median));
  }

  /** The least return that may be chosen in a bin. */
  double least(int bin) {
    return bin == 0 ? -LARGEST_RETURN : edges[bin - 1] + MARGIN;
  }

  /** The largest return that may be chosen in a bin. */
  double most(int bin) {
    return bin == edges.length ? LARGEST_RETURN : edges[bin] - MARGIN;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FeatureBins bins
        && Arrays.equals(edges, bins.edges)
        && Arrays.equals(medians, bins.medians);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(edges) + Arrays.hashCode(medians);
  }
}
