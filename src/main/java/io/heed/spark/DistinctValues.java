package io.heed.spark;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.util.AccumulatorV2;

/** The different texts that tasks report, whatever their number. */
public final class DistinctValues extends AccumulatorV2<String, Set<String>> {
  private static final long serialVersionUID = 1;

  /** Concurrent, because heartbeats serialise it while its task adds. */
  private final Set<String> values = new ConcurrentSkipListSet<>();

  /** A heartbeat may ask before the task has read this, where Spark knows it already. */
  @Override
  public boolean isZero() {
    return values == null || values.isEmpty();
  }

  @Override
  public DistinctValues copy() {
    DistinctValues copy = new DistinctValues();
    copy.values.addAll(values);
    return copy;
  }

  @Override
  public void reset() {
    values.clear();
  }

  @Override
  public void add(String value) {
    values.add(value);
  }

  @Override
  public void merge(AccumulatorV2<String, Set<String>> other) {
    values.addAll(other.value());
  }

  @Override
  public Set<String> value() {
    return values;
  }
}
