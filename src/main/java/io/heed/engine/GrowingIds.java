package io.heed.engine;

import java.util.Arrays;

/** Token ids of a sequence that grows at its end. Not thread-safe. */
final class GrowingIds {
  private int[] ids;
  private int length;

  /** A sequence that begins with {@code start}, which stays as it is. */
  GrowingIds(int... start) {
    this.ids = start;
    this.length = start.length;
  }

  int length() {
    return length;
  }

  /** The token after the last one. */
  void append(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(length + 16, length + length / 2));
    }
    ids[length++] = id;
  }

  /** A copy of those from {@code from} until before {@code to}. */
  int[] copy(int from, int to) {
    return Arrays.copyOfRange(ids, from, to);
  }
}
