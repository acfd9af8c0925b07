package io.heed.train;

import io.heed.training.TrainingProcess;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The weights that the tasks of one JVM share: loaded by the first, let go by the last. */
final class SharedProcess implements AutoCloseable {
  private static final Map<String, SharedProcess> OPEN = new HashMap<>();

  private final String name;
  private TrainingProcess process;
  private int tasks;

  private SharedProcess(String name) {
    this.name = name;
  }

  /** Joins the tasks of a run. */
  static SharedProcess join(String name, Supplier<TrainingProcess> open) {
    SharedProcess shared;
    synchronized (OPEN) {
      shared = OPEN.computeIfAbsent(name, SharedProcess::new);
      shared.tasks++;
    }
    boolean opened = false;
    try {
      synchronized (shared) {
        if (shared.process == null) {
          shared.process = open.get();
        }
      }
      opened = true;
      return shared;
    } finally {
      if (!opened) {
        shared.close();
      }
    }
  }

  TrainingProcess get() {
    return process;
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      tasks--;
      if (tasks == 0) {
        OPEN.remove(name);
        if (process != null) {
          process.close();
        }
      }
    }
  }
}
