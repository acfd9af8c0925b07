package io.heed.job;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.util.AccumulatorV2;

/**
 * The first of what tasks add, whichever tasks those are and in whatever order they end.
 *
 * @param <R> ordered by its place in the input
 */
public abstract class Earliest<R extends Comparable<R> & Serializable>
    extends AccumulatorV2<R, List<R>> {
  private static final long serialVersionUID = 1;

  private final int capacity;

  /** Concurrent, because heartbeats serialise it while its task adds. */
  private final ConcurrentSkipListSet<R> rows = new ConcurrentSkipListSet<>();

  /**
   * Keeps some.
   *
   * @param capacity how many, 0 for none
   */
  protected Earliest(int capacity) {
    this.capacity = capacity;
  }

  /** One of the same capacity that holds nothing. */
  protected abstract Earliest<R> empty();

  /** How many are kept. */
  public int capacity() {
    return capacity;
  }

  /** A heartbeat may ask before the task has read this, where Spark knows it already. */
  @Override
  public boolean isZero() {
    return rows == null || rows.isEmpty();
  }

  @Override
  public Earliest<R> copy() {
    Earliest<R> copy = empty();
    copy.addAll(rows);
    return copy;
  }

  private void addAll(Collection<R> more) {
    rows.addAll(more);
  }

  @Override
  public void reset() {
    rows.clear();
  }

  @Override
  public void add(R row) {
    rows.add(row);
    if (rows.size() > capacity) {
      rows.pollLast();
    }
  }

  @Override
  public void merge(AccumulatorV2<R, List<R>> other) {
    other.value().forEach(this::add);
  }

  /** The rows in the order of the input. */
  @Override
  public List<R> value() {
    return List.copyOf(rows);
  }
}
