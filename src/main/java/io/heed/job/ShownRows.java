package io.heed.job;

import org.apache.spark.SparkContext;

/**
 * The first rows of the input that have a result, as they are shown. A task sends no more of them
 * than are shown in all, and of each some hundred characters for a column.
 */
final class ShownRows extends Earliest<ShownRow> {
  private static final long serialVersionUID = 1;

  ShownRows(int capacity) {
    super(capacity);
  }

  /**
   * Keeps the first rows of one run.
   *
   * @param capacity how many, 0 for none
   */
  public static ShownRows register(SparkContext spark, int capacity) {
    ShownRows rows = new ShownRows(capacity);
    spark.register(rows);
    return rows;
  }

  @Override
  protected ShownRows empty() {
    return new ShownRows(capacity());
  }
}
