package io.heed.job;

import io.heed.spark.executor.ExecutorJvms.Jvm;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;

/** Sees which executors write rows, and can end one of them while it computes. */
final class TaskWatch extends SparkListener {
  private static final int TASK_TO_KILL = 3;

  private final Map<String, Long> rowsByExecutor = new ConcurrentHashMap<>();
  private final Collection<String> lostWithATask = new ConcurrentLinkedQueue<>();
  private final Set<Integer> wideStages = ConcurrentHashMap.newKeySet();
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicReference<String> killed = new AtomicReference<>();
  private final Map<String, Jvm> executors;
  private final Predicate<StageInfo> isWide;

  private TaskWatch(Map<String, Jvm> executors, Predicate<StageInfo> isWide) {
    this.executors = executors;
    this.isWide = isWide;
  }

  static TaskWatch watching() {
    return new TaskWatch(Map.of(), stage -> false);
  }

  /** Kills the process of the executor that gets the third task of a stage of {@code tasks}. */
  static TaskWatch killing(Map<String, Jvm> executors, int tasks) {
    return new TaskWatch(executors, stage -> stage.numTasks() == tasks);
  }

  /** Kills that of the third task of the stage that writes the output. */
  static TaskWatch killingWriters(Map<String, Jvm> executors) {
    return new TaskWatch(
        executors, stage -> stage.name().contains(OutputWriter.class.getSimpleName()));
  }

  /** Rows of the output by executor that wrote them. */
  Map<String, Long> rowsByExecutor() {
    return rowsByExecutor;
  }

  /** The executor that was killed. */
  Optional<String> killed() {
    return Optional.ofNullable(killed.get());
  }

  /** Executors that were lost with a task of theirs. */
  Collection<String> lostWithATask() {
    return lostWithATask;
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (isWide.test(submitted.stageInfo())) {
      wideStages.add(submitted.stageInfo().stageId());
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (wideStages.contains(start.stageId()) && started.incrementAndGet() == TASK_TO_KILL) {
      String executor = start.taskInfo().executorId();
      ProcessHandle.of(executors.get(executor).pid()).orElseThrow().destroyForcibly();
      killed.set(executor);
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() instanceof ExecutorLostFailure lost) {
      lostWithATask.add(lost.execId());
    }
    if (end.taskInfo().successful() && end.taskMetrics() != null) {
      long rows = end.taskMetrics().outputMetrics().recordsWritten();
      if (rows > 0) {
        rowsByExecutor.merge(end.taskInfo().executorId(), rows, Long::sum);
      }
    }
  }
}
