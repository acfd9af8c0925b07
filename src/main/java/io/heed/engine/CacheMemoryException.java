package io.heed.engine;

import java.util.Locale;

/**
 * A JVM has no memory for a key/value cache. It has no cause: Spark ends a JVM whose task fails for
 * an {@link OutOfMemoryError}, however deep, and nobody would read the message.
 */
public final class CacheMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CacheMemoryException(long bytes) {
    super(
        String.format(
            Locale.ROOT,
            "a key/value cache of %d bytes, which each task has, does not fit a JVM with a heap of %d"
                + " bytes beside what it holds already; a smaller cache, fewer tasks at once or a"
                + " larger heap helps",
            bytes,
            Runtime.getRuntime().maxMemory()));
  }
}
