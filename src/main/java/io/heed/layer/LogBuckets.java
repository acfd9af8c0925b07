package io.heed.layer;

/**
 * The buckets of distances that share a vector, as DeBERTa has them (He et al., 2021): up to half
 * of {@code count} one for each distance, and beyond growing in size by the same factor, in both
 * directions.
 *
 * @param count buckets in one direction, at least 2
 * @param farthest distance behind the last of them, more than half of count
 */
public record LogBuckets(int count, int farthest) {

  /** The bucket of a distance, negative where that is. */
  public int of(int distance) {
    int half = count / 2;
    int size = Math.abs(distance);
    if (size <= half) {
      return distance;
    }
    double share = StrictMath.log((double) size / half) / StrictMath.log((farthest - 1.0) / half);
    int bucket = (int) Math.ceil(share * (half - 1)) + half;
    return distance < 0 ? -bucket : bucket;
  }
}
