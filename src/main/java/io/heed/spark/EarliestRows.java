package io.heed.spark;

import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.SparkContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * The first rows of the input that have a result, whichever tasks computed them and in whatever
 * order those ended. A task sends no more of them than are kept in all, and of each no more than
 * its tokens.
 */
public final class EarliestRows extends AccumulatorV2<EarliestRow, List<EarliestRow>> {
  private static final long serialVersionUID = 1;

  private final int capacity;

  /** Concurrent, because heartbeats serialise it while its task adds. */
  private final ConcurrentSkipListSet<EarliestRow> rows = new ConcurrentSkipListSet<>();

  EarliestRows(int capacity) {
    this.capacity = capacity;
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

  /** How many rows are kept. */
  int capacity() {
    return capacity;
  }

  @Override
  public boolean isZero() {
    return rows.isEmpty();
  }

  @Override
  public EarliestRows copy() {
    EarliestRows copy = new EarliestRows(capacity);
    copy.rows.addAll(rows);
    return copy;
  }

  @Override
  public void reset() {
    rows.clear();
  }

  @Override
  public void add(EarliestRow row) {
    rows.add(row);
    if (rows.size() > capacity) {
      rows.pollLast();
    }
  }

  @Override
  public void merge(AccumulatorV2<EarliestRow, List<EarliestRow>> other) {
    other.value().forEach(this::add);
  }

  /** The rows in the order of the input. */
  @Override
  public List<EarliestRow> value() {
    return List.copyOf(rows);
  }
}
