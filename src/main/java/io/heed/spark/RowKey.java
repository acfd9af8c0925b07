package io.heed.spark;

import io.heed.kernel.CounterRandom;
import java.nio.charset.StandardCharsets;

/** A number for a row that depends on nothing but its id. */
final class RowKey {
  private RowKey() {}

  /** The key of an id as it is written: a number and the text of its digits have the same. */
  static long of(Object id) {
    byte[] text = String.valueOf(id).getBytes(StandardCharsets.UTF_8);
    long[] words = new long[(text.length + Long.BYTES - 1) / Long.BYTES];
    for (int i = 0; i < text.length; i++) {
      words[i / Long.BYTES] |= (text[i] & 0xFFL) << (i % Long.BYTES * Byte.SIZE);
    }
    return CounterRandom.bits(text.length, words);
  }
}
