package io.heed.embed;

import io.heed.job.Earliest;
import org.apache.spark.SparkContext;

/**
 * The first rows of the input that have a result. A task sends no more of them than are kept in
 * all, and of each no more than its tokens.
 */
final class EarliestRows extends Earliest<EarliestRow> {
  private static final long serialVersionUID = 1;

  EarliestRows(int capacity) {
    super(capacity);
  }

  /**
   * Keeps the first rows of one run.
   *
   * @param capacity how many, 0 for none
   */
  public static EarliestRows register(SparkContext spark, int capacity) {
    EarliestRows rows = new EarliestRows(capacity);
    spark.register(rows);
    return rows;
  }

  @Override
  public EarliestRows copy() {
    return (EarliestRows) super.copy();
  }

  @Override
  protected EarliestRows empty() {
    return new EarliestRows(capacity());
  }
}
