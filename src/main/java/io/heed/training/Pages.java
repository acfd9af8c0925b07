package io.heed.training;

import java.util.stream.IntStream;

/**
 * Who owns which pages: each task a run of them.
 *
 * @param pages of all parameters
 */
record Pages(int pages, int tasks) {

  /** The first page of a task; for the task behind the last the number of pages. */
  int first(int task) {
    return (int) ((long) pages * task / tasks);
  }

  /** The task that owns a page. */
  int owner(int page) {
    return IntStream.range(0, tasks)
        .filter(task -> first(task + 1) > page)
        .findFirst()
        .orElseThrow();
  }
}
