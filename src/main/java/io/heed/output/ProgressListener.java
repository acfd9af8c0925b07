package io.heed.output;

import io.heed.output.ProgressState.Partition;
import io.heed.output.ProgressState.Work;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;
import scala.jdk.javaapi.CollectionConverters;

/** Feeds a {@link ProgressState} with the counts of Spark's heartbeats and finished tasks. */
final class ProgressListener extends SparkListener {
  private final ProgressState state;
  private final long rowsIn;
  private final long tokens;
  private final long inputUnits;

  ProgressListener(ProgressState state, RunCounters counters) {
    this.state = state;
    this.rowsIn = counters.rowsIn.id();
    this.tokens = counters.tokens.id();
    this.inputUnits = counters.inputUnits.id();
  }

  /** Takes what tasks in this JVM have counted, without waiting for a heartbeat. */
  void lookAtLiveTasks() {
    LiveTasks.forEach(rowsIn, state::advanced);
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart event) {
    state.started(event.taskInfo().taskId(), partition(event.stageId(), event.taskInfo()));
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate event) {
    CollectionConverters.asJava(event.accumUpdates())
        .forEach(task -> state.advanced((Long) task._1(), work(task._4())));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    TaskInfo task = event.taskInfo();
    if (event.reason() == Success$.MODULE$) {
      Partition partition = partition(event.stageId(), task);
      state.succeeded(task.taskId(), partition, work(task.accumulables()));
    } else {
      state.failed(task.taskId());
    }
  }

  private static Partition partition(int stage, TaskInfo task) {
    // Unlike the index, the same in every attempt of a stage; absent in old event logs only.
    return new Partition(stage, task.partitionId());
  }

  private Work work(scala.collection.Iterable<AccumulableInfo> counts) {
    long rows = 0;
    long tokensDone = 0;
    long units = 0;
    for (AccumulableInfo count : CollectionConverters.asJava(counts)) {
      if (count.update().isDefined() && count.update().get() instanceof Long value) {
        if (count.id() == rowsIn) {
          rows = value;
        } else if (count.id() == tokens) {
          tokensDone = value;
        } else if (count.id() == inputUnits) {
          units = value;
        }
      }
    }
    return new Work(rows, tokensDone, units);
  }
}
