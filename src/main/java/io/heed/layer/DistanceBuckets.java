package io.heed.layer;

import java.math.BigInteger;

/**
 * The buckets of distances that share a bias, as T5 has them (Raffel et al., 2020) in attention to
 * both sides: half of them for keys behind the query, and of each half one for each of the nearest
 * distances and the others growing in size by the same factor.
 *
 * @param count number of buckets, even and at least 4
 * @param farthest distance from which on all share the last bucket
 */
public record DistanceBuckets(int count, int farthest) {

  /** The bucket of a key that stands so far behind the query, before it where negative. */
  int of(int distance) {
    int half = count / 2;
    return (distance > 0 ? half : 0) + ofSize(Math.abs(distance), half / 2, half);
  }

  /**
   * Where {@code exact} distances have a bucket each, distance d is in the last bucket {@code exact
   * + k} for which {@code (d / exact)^n >= (farthest / exact)^k}, n being the buckets left. Whole
   * numbers decide it, which no logarithm rounds.
   */
  private int ofSize(int distance, int exact, int half) {
    if (distance < exact) {
      return distance;
    }
    if (distance >= farthest) {
      return half - 1;
    }
    int left = half - exact;
    BigInteger size = BigInteger.valueOf(distance).pow(left);
    int k = 0;
    while (k + 1 < left && size.compareTo(least(k + 1, exact, left)) >= 0) {
      k++;
    }
    return exact + k;
  }

  private BigInteger least(int k, int exact, int left) {
    return BigInteger.valueOf(farthest).pow(k).multiply(BigInteger.valueOf(exact).pow(left - k));
  }
}
