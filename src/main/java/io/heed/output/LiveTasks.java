package io.heed.output;

import io.heed.output.ProgressState.Work;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What the task attempts that run in this JVM have counted so far. In a local run that is the
 * driver's JVM, which so needs no heartbeats to know it; in others the driver finds nothing here.
 */
final class LiveTasks {
  private static final ConcurrentMap<Attempt, Supplier<Work>> RUNNING = new ConcurrentHashMap<>();

  /**
   * A task attempt.
   *
   * @param run the id of an accumulator of the run that it counts for
   */
  private record Attempt(long run, long taskId) {}

  private LiveTasks() {}

  /** Inside a task: lets its counts be read until it ends. */
  static void add(long run, TaskContext task, Supplier<Work> counted) {
    Attempt attempt = new Attempt(run, task.taskAttemptId());
    RUNNING.put(attempt, counted);
    TaskCompletionListener end = ended -> RUNNING.remove(attempt);
    task.addTaskCompletionListener(end);
  }

  /** Gives the ids of a run's task attempts and what they have counted. */
  static void forEach(long run, BiConsumer<Long, Work> reader) {
    RUNNING.forEach(
        (attempt, counted) -> {
          if (attempt.run() == run) {
            reader.accept(attempt.taskId(), counted.get());
          }
        });
  }
}
