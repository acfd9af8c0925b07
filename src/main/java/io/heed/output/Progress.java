package io.heed.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * Shows on stderr how far a run is, until closed.
 *
 * <p>What tasks of a local run have counted is read where they count it. Those of others report
 * with the heartbeats of their executors, every {@code spark.executor.heartbeatInterval} (10 s
 * unless set).
 */
public final class Progress implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration IN_LOG = Duration.ofSeconds(10);

  /** How progress reaches its reader. */
  enum Display {
    /** One line, rewritten. */
    TERMINAL,
    /** Line after line. */
    LOG,
    /** Not at all. */
    NONE
  }

  /**
   * How often it is looked at, and how often shown as {@link Display#LOG}.
   *
   * @param look on a terminal every look is shown
   */
  record Pace(Duration look, Duration inLog) {}

  private final SparkContext spark;
  private final ProgressState state = new ProgressState();
  private final ProgressListener listener;
  private final ProgressLine line;
  private final PrintStream out;
  private final Display display;
  private final Pace pace;
  private final TerminalLine terminal;
  private final ConsoleLog log;
  private final ScheduledExecutorService timer;
  private long lastLoggedNanos = System.nanoTime();

  private Progress(
      SparkContext spark,
      RunCounters counters,
      Workload workload,
      PrintStream out,
      Display display,
      Pace pace) {
    this.spark = spark;
    this.listener = new ProgressListener(state, counters);
    this.line = new ProgressLine(workload, System.nanoTime());
    this.out = out;
    this.display = display;
    this.pace = pace;
    this.terminal = new TerminalLine(out);
    boolean onTerminal = display == Display.TERMINAL;
    this.log = onTerminal ? ConsoleLog.listen(terminal::announceOther) : null;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "heed-progress");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Shows the progress of the run that {@code counters} count, or nothing, as {@code mode} says.
   *
   * @param workload in the unit of {@link TaskCounters#addInputUnits}
   */
  public static Progress start(
      SparkContext spark, RunCounters counters, Workload workload, ProgressMode mode) {
    boolean terminal = Terminal.isStderr();
    boolean shown = mode == ProgressMode.ON || mode == ProgressMode.AUTO && terminal;
    Display display = !shown ? Display.NONE : terminal ? Display.TERMINAL : Display.LOG;
    return show(spark, counters, workload, System.err, display, new Pace(LOOK, IN_LOG));
  }

  /** While it is shown on a terminal, what others write to {@link System#err} passes above it. */
  static Progress show(
      SparkContext spark,
      RunCounters counters,
      Workload workload,
      PrintStream out,
      Display display,
      Pace pace) {
    Progress progress = new Progress(spark, counters, workload, out, display, pace);
    if (display == Display.TERMINAL && out == System.err) {
      System.setErr(progress.terminal.passage());
    }
    if (display != Display.NONE) {
      spark.addSparkListener(progress.listener);
      long millis = pace.look().toMillis();
      progress.timer.scheduleWithFixedDelay(progress::look, millis, millis, TimeUnit.MILLISECONDS);
    }
    return progress;
  }

  private synchronized void look() {
    if (timer.isShutdown()) {
      return;
    }
    listener.lookAtLiveTasks();
    long now = System.nanoTime();
    String text = line.at(now, state.work());
    if (display == Display.TERMINAL) {
      terminal.show(text);
    } else if (now - lastLoggedNanos >= pace.inLog().toNanos()) {
      lastLoggedNanos = now;
      out.println(text);
      out.flush();
    }
  }

  /** Erases the line, and shows nothing more. */
  @Override
  public void close() {
    timer.shutdownNow();
    spark.removeSparkListener(listener);
    synchronized (this) {
      if (display == Display.TERMINAL) {
        terminal.close();
        log.close();
        if (System.err == terminal.passage()) {
          System.setErr(out);
        }
      }
    }
  }
}
