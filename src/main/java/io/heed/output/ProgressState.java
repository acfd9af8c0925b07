package io.heed.output;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How far a run is: what successful attempts counted, and of every other partition what its most
 * advanced running attempt has counted so far. Counts of a failed attempt are gone with it.
 * Thread-safe.
 */
final class ProgressState {
  /** Rows read, tokens of results, input in the workload's unit. */
  record Work(long rows, long tokens, long units) {

    static final Work NONE = new Work(0, 0, 0);

    boolean isMoreThan(Work other) {
      return units > other.units || rows > other.rows;
    }

    Work plus(Work other) {
      return new Work(rows + other.rows, tokens + other.tokens, units + other.units);
    }
  }

  /** The tasks of one stage that read the same rows. */
  record Partition(int stage, int index) {}

  private record Attempt(Partition partition, Work work) {}

  private final Map<Long, Attempt> running = new HashMap<>();
  private final Set<Partition> finished = new HashSet<>();
  private Work finishedWork = Work.NONE;

  synchronized void started(long taskId, Partition partition) {
    running.put(taskId, new Attempt(partition, Work.NONE));
  }

  /** Takes what a running attempt has counted since its start, unless more of it is known. */
  synchronized void advanced(long taskId, Work work) {
    running.computeIfPresent(
        taskId,
        (id, attempt) ->
            work.isMoreThan(attempt.work) ? new Attempt(attempt.partition, work) : attempt);
  }

  /** Takes what a successful attempt counted; a second one of a partition counts nothing. */
  synchronized void succeeded(long taskId, Partition partition, Work work) {
    running.remove(taskId);
    if (finished.add(partition)) {
      finishedWork = finishedWork.plus(work);
    }
  }

  synchronized void failed(long taskId) {
    running.remove(taskId);
  }

  synchronized Work work() {
    Map<Partition, Work> furthest = new HashMap<>();
    for (Attempt attempt : running.values()) {
      if (!finished.contains(attempt.partition)) {
        furthest.merge(attempt.partition, attempt.work, (a, b) -> b.isMoreThan(a) ? b : a);
      }
    }
    return furthest.values().stream().reduce(finishedWork, Work::plus);
  }
}
