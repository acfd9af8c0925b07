package io.heed.spark.executor;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.util.AccumulatorV2;

/** The different kernels that tasks computed with: executors of one run may differ. */
public final class KernelUses extends AccumulatorV2<KernelUse, Set<KernelUse>> {
  private static final long serialVersionUID = 1;

  /** Concurrent, because heartbeats serialise it while its task adds. */
  private final Set<KernelUse> values = new ConcurrentSkipListSet<>();

  /** A heartbeat may ask before the task has read this, where Spark knows it already. */
  @Override
  public boolean isZero() {
    return values == null || values.isEmpty();
  }

  @Override
  public KernelUses copy() {
    KernelUses copy = new KernelUses();
    copy.values.addAll(values);
    return copy;
  }

  @Override
  public void reset() {
    values.clear();
  }

  @Override
  public void add(KernelUse value) {
    values.add(value);
  }

  @Override
  public void merge(AccumulatorV2<KernelUse, Set<KernelUse>> other) {
    values.addAll(other.value());
  }

  @Override
  public Set<KernelUse> value() {
    return values;
  }
}
