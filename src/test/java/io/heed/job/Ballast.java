package io.heed.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What fills the heap of a JVM, so that little of it is free. */
final class Ballast {
  /**
   * What a piece takes with its header. A collection moves every piece by a little, and some
   * processors are many times slower to move larger ones onto themselves.
   */
  private static final int PIECE = 4 << 10;

  private static final int HEADER = 16;

  private Ballast() {}

  /** What leaves {@code bytes} free, or a little less, for as long as it is held. */
  static List<byte[]> leaving(long bytes) {
    long more = free() - bytes;
    if (more < 0) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%d bytes less than %d are free", -more, bytes));
    }
    int count = Math.toIntExact(more / PIECE);
    List<byte[]> pieces = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      pieces.add(new byte[PIECE - HEADER]);
    }
    return pieces;
  }

  /** What a full collection leaves. */
  private static long free() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }
}
