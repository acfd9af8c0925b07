package io.heed.regress;

import org.apache.spark.SparkContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * The least and the greatest number of features of the rows that tasks read. A row that is read
 * again, by another attempt, changes nothing.
 */
final class Sizes extends AccumulatorV2<Integer, Integer> {
  private static final long serialVersionUID = 1;

  private int least = Integer.MAX_VALUE;
  private int greatest;

  static Sizes register(SparkContext spark) {
    Sizes sizes = new Sizes();
    spark.register(sizes);
    return sizes;
  }

  /** Whether some rows have more features than others. */
  boolean differ() {
    return least < greatest;
  }

  /** The number of features that all rows have; 0 where no row was read, or some differ. */
  @Override
  public Integer value() {
    return differ() ? 0 : greatest;
  }

  @Override
  public boolean isZero() {
    return greatest == 0;
  }

  @Override
  public Sizes copy() {
    Sizes copy = new Sizes();
    copy.least = least;
    copy.greatest = greatest;
    return copy;
  }

  @Override
  public void reset() {
    least = Integer.MAX_VALUE;
    greatest = 0;
  }

  @Override
  public void add(Integer size) {
    least = Math.min(least, size);
    greatest = Math.max(greatest, size);
  }

  @Override
  public void merge(AccumulatorV2<Integer, Integer> other) {
    Sizes sizes = (Sizes) other;
    least = Math.min(least, sizes.least);
    greatest = Math.max(greatest, sizes.greatest);
  }
}
