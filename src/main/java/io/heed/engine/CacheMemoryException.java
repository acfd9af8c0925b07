package io.heed.engine;

/** A JVM has no memory for a key/value cache. */
public final class CacheMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CacheMemoryException(long bytes, OutOfMemoryError cause) {
    super(
        ("a key/value cache of %d bytes, which each task has, does not fit a JVM with a heap of %d"
                + " bytes beside what it holds already; a smaller cache, fewer tasks at once or a"
                + " larger heap helps")
            .formatted(bytes, Runtime.getRuntime().maxMemory()),
        cause);
  }
}
