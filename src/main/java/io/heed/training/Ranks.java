package io.heed.training;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The tasks of a run, by rank, and the JVMs that they run in.
 *
 * @param processes {@code [tasks]}, the JVM of each, by any number
 */
public record Ranks(int... processes) {

  /** Tasks of one JVM. */
  public static Ranks together(int tasks) {
    return new Ranks(new int[tasks]);
  }

  public int tasks() {
    return processes.length;
  }

  /** Whether two tasks share a JVM. */
  public boolean together(int one, int other) {
    return processes[one] == processes[other];
  }

  /** The ranks in a task's JVM, in order. */
  public int[] companions(int rank) {
    return IntStream.range(0, tasks()).filter(other -> together(rank, other)).toArray();
  }

  /** The lowest rank of a task's JVM. */
  public int leader(int rank) {
    return companions(rank)[0];
  }

  /** The lowest rank of each JVM. */
  public int[] leaders() {
    return IntStream.range(0, tasks()).filter(rank -> leader(rank) == rank).toArray();
  }

  /** Which of its JVM's tasks a task is, from 0. */
  public int place(int rank) {
    return Arrays.binarySearch(companions(rank), rank);
  }
}
