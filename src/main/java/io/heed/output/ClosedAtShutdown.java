package io.heed.output;

import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Something that is also closed where the JVM ends before its time.
 *
 * @param close what closes it
 */
record ClosedAtShutdown(Runnable close) {
  /** After Spark has stopped its tasks (40), before Hadoop closes its file systems (10). */
  private static final int PRIORITY = 20;

  /** Is to be closed from now on. */
  void begin() {
    ShutdownHookManager.get().addShutdownHook(close, PRIORITY);
  }

  /** Is closed in order. */
  void end() {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(close);
    }
  }
}
