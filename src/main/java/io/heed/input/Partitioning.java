package io.heed.input;

import java.util.Locale;
import java.util.Objects;

/**
 * How input becomes tasks. Splits follow the compute, not the bytes: they have {@code splitBytes},
 * or less, down to 64 KB, until each core has four tasks.
 *
 * @param mode when rows are shuffled
 * @param count number of tasks, for {@link Mode#COUNT} only, else 0
 * @param splitBytes most bytes of input in a task, where the input can be split
 * @param cores cores of the whole application
 */
public record Partitioning(Mode mode, int count, long splitBytes, int cores) {

  /** Splits are not made smaller than this to give every core work. */
  static final long LEAST_SPLIT_BYTES = 64 << 10;

  static final int TASKS_PER_CORE = 4;

  /** When rows are shuffled. */
  public enum Mode {
    /** Rows take one round-robin shuffle where the input gives fewer tasks than cores. */
    AUTO,
    /** Never: the tasks are the splits of the input. */
    INPUT,
    /** Always, to a given number of tasks. */
    COUNT
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one of them is not positive
   */
  public Partitioning {
    Objects.requireNonNull(mode, "mode");
    if ((mode == Mode.COUNT) != (count > 0) || count < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d tasks do not go with mode %s", count, mode));
    }
    if (splitBytes < 1 || cores < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "splits of %d bytes for %d cores: both must be positive",
              splitBytes,
              cores));
    }
  }

  /** Shuffles rows only where the input gives fewer tasks than cores. */
  public static Partitioning automatic(long splitBytes, int cores) {
    return new Partitioning(Mode.AUTO, 0, splitBytes, cores);
  }

  /** Never shuffles. */
  public static Partitioning ofInput(long splitBytes, int cores) {
    return new Partitioning(Mode.INPUT, 0, splitBytes, cores);
  }

  /** Shuffles rows into {@code count} tasks. */
  public static Partitioning exactly(int count, long splitBytes, int cores) {
    return new Partitioning(Mode.COUNT, count, splitBytes, cores);
  }

  /** Bytes of a split, for an input of {@code totalBytes}. */
  long bytesPerSplit(long totalBytes) {
    long tasks = (long) TASKS_PER_CORE * cores;
    long share = Math.max(LEAST_SPLIT_BYTES, (totalBytes + tasks - 1) / tasks);
    return Math.min(splitBytes, share);
  }

  /** Number of tasks to shuffle into, or 0 when the {@code natural} tasks are to be kept. */
  int shuffledTasks(int natural) {
    return switch (mode) {
      case INPUT -> 0;
      case COUNT -> count;
      case AUTO -> natural < cores ? TASKS_PER_CORE * cores : 0;
    };
  }
}
