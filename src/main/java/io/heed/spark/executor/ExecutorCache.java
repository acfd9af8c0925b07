package io.heed.spark.executor;

import java.lang.ref.SoftReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * What this JVM loads once and shares read-only among its tasks. A value stays for later tasks, and
 * gives way when no task uses it and the heap runs short.
 *
 * @param <K> what makes two values the same, wherever their files lie
 */
public final class ExecutorCache<K, V> {
  private final ConcurrentMap<K, Slot<V>> slots = new ConcurrentHashMap<>();

  /**
   * The place of one value. Its lock makes other tasks wait for the first one's load; where that
   * fails, each of them tries for itself.
   */
  private static final class Slot<V> {
    private SoftReference<V> value = new SoftReference<>(null);

    private synchronized V get(Supplier<V> load) {
      V loaded = value.get();
      if (loaded == null) {
        loaded = load.get();
        value = new SoftReference<>(loaded);
      }
      return loaded;
    }
  }

  /** The value, loaded if it is not there. */
  public V get(K key, Supplier<V> load) {
    return slots.computeIfAbsent(key, absent -> new Slot<>()).get(load);
  }
}
