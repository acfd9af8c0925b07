package io.heed.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Shows a line that changes, on a terminal in its place and in a log now and then, until closed.
 */
public final class ProgressDisplay implements AutoCloseable {
  /** A look a second, a line in a log every ten. */
  static final Pace USUAL = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(10));

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

  private final Supplier<Optional<String>> text;
  private final PrintStream out;
  private final Display display;
  private final Pace pace;
  private final TerminalLine terminal;
  private final ConsoleLog log;
  private final ScheduledExecutorService timer;
  private long lastLoggedNanos = System.nanoTime();

  private ProgressDisplay(
      Supplier<Optional<String>> text, PrintStream out, Display display, Pace pace) {
    this.text = text;
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
   * Shows on stderr what {@code text} says, or nothing, as {@code mode} says.
   *
   * @param text is asked once a second; empty while there is nothing to be told
   */
  public static ProgressDisplay start(Supplier<Optional<String>> text, ProgressMode mode) {
    return show(text, System.err, of(mode), USUAL);
  }

  /** Whether and how {@code mode} shows progress on stderr. */
  static Display of(ProgressMode mode) {
    boolean terminal = Terminal.isStderr();
    boolean shown = mode == ProgressMode.ON || mode == ProgressMode.AUTO && terminal;
    return !shown ? Display.NONE : terminal ? Display.TERMINAL : Display.LOG;
  }

  /** While it is shown on a terminal, what others write to {@link System#err} passes above it. */
  static ProgressDisplay show(
      Supplier<Optional<String>> text, PrintStream out, Display display, Pace pace) {
    ProgressDisplay shown = new ProgressDisplay(text, out, display, pace);
    if (display == Display.TERMINAL && out == System.err) {
      System.setErr(shown.terminal.passage());
    }
    if (display != Display.NONE) {
      long millis = pace.look().toMillis();
      shown.timer.scheduleWithFixedDelay(shown::look, millis, millis, TimeUnit.MILLISECONDS);
    }
    return shown;
  }

  private synchronized void look() {
    if (timer.isShutdown()) {
      return;
    }
    Optional<String> line = text.get();
    long now = System.nanoTime();
    if (line.isEmpty()) {
      return;
    }
    if (display == Display.TERMINAL) {
      terminal.show(line.get());
    } else if (now - lastLoggedNanos >= pace.inLog().toNanos()) {
      lastLoggedNanos = now;
      out.println(line.get());
      out.flush();
    }
  }

  /** Erases the line, and shows nothing more. */
  @Override
  public void close() {
    timer.shutdownNow();
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
