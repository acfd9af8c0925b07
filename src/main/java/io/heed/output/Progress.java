package io.heed.output;

import io.heed.output.ProgressDisplay.Display;
import io.heed.output.ProgressDisplay.Pace;
import java.io.PrintStream;
import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * Shows on stderr how far a run is, until closed.
 *
 * <p>What tasks of a local run have counted is read where they count it. Those of others report
 * with the heartbeats of their executors, every {@code spark.executor.heartbeatInterval} (10 s
 * unless set).
 */
public final class Progress implements AutoCloseable {
  private final SparkContext spark;
  private final ProgressListener listener;
  private final ProgressDisplay display;

  private Progress(SparkContext spark, ProgressListener listener, ProgressDisplay display) {
    this.spark = spark;
    this.listener = listener;
    this.display = display;
  }

  /**
   * Shows the progress of the run that {@code counters} count, or nothing, as {@code mode} says.
   *
   * @param workload in the unit of {@link TaskCounters#addInputUnits}
   */
  public static Progress start(
      SparkContext spark, RunCounters counters, Workload workload, ProgressMode mode) {
    return show(
        spark, counters, workload, System.err, ProgressDisplay.of(mode), ProgressDisplay.USUAL);
  }

  /** While it is shown on a terminal, what others write to {@link System#err} passes above it. */
  static Progress show(
      SparkContext spark,
      RunCounters counters,
      Workload workload,
      PrintStream out,
      Display display,
      Pace pace) {
    ProgressState state = new ProgressState();
    ProgressListener listener = new ProgressListener(state, counters);
    ProgressLine line = new ProgressLine(workload, System.nanoTime());
    if (display != Display.NONE) {
      spark.addSparkListener(listener);
    }
    ProgressDisplay shown =
        ProgressDisplay.show(
            () -> {
              listener.lookAtLiveTasks();
              return Optional.of(line.at(System.nanoTime(), state.work()));
            },
            out,
            display,
            pace);
    return new Progress(spark, listener, shown);
  }

  /** Erases the line, and shows nothing more. */
  @Override
  public void close() {
    spark.removeSparkListener(listener);
    display.close();
  }
}
