package io.heed.spark.table;

import io.heed.kernel.CounterRandom;
import io.heed.value.CanonicalBytes;

/** A number for a row that depends on nothing but its id. */
public final class RowKey {
  private RowKey() {}

  /** The key of an id, by its {@link CanonicalBytes}. */
  public static long of(Object id) {
    byte[] bytes = CanonicalBytes.of(id);
    long[] words = new long[(bytes.length + Long.BYTES - 1) / Long.BYTES];
    for (int i = 0; i < bytes.length; i++) {
      words[i / Long.BYTES] |= (bytes[i] & 0xFFL) << (i % Long.BYTES * Byte.SIZE);
    }
    return CounterRandom.bits(bytes.length, words);
  }
}
