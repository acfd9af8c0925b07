package io.heed.output;

import io.heed.output.ProgressState.Work;
import io.heed.output.TimeLeft.Sample;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The text of a run's progress, such as {@code 37% of 2.10 GB, 12,345 rows, 1.58 M tokens, 45.7 k
 * tokens/s, 3:05 left}. Speed is that of the last minute, from the first work on, so that the
 * start, while models are loaded, is forgotten; the time left is told as {@link TimeLeft} says. Not
 * thread-safe.
 */
final class ProgressLine {
  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private final Workload workload;
  private final TimeLeft timeLeft;
  private final Deque<Sample> window = new ArrayDeque<>();

  ProgressLine(Workload workload, long startNanos) {
    this.workload = workload;
    this.timeLeft = new TimeLeft(workload.total());
    window.add(new Sample(startNanos, Work.NONE));
  }

  /** The line for {@code work} done at {@code nanos}, which do not decrease. */
  String at(long nanos, Work work) {
    if (work.equals(Work.NONE)) {
      window.clear();
    }
    window.add(new Sample(nanos, work));
    // One sample from before the window stays: the window begins there.
    while (window.size() > 2 && nanos - second().nanos() >= WINDOW_NANOS) {
      window.removeFirst();
    }
    StringBuilder line = new StringBuilder();
    if (workload.total() > 0) {
      line.append(percent(work.units())).append(" of ").append(total()).append(", ");
    }
    line.append(Figures.count(work.rows())).append(work.rows() == 1 ? " row" : " rows");
    if (work.tokens() > 0) {
      line.append(", ").append(Figures.rounded(work.tokens())).append(" tokens");
      appendSpeed(line);
    }
    timeLeft
        .of(window)
        .ifPresent(left -> line.append(", ").append(Figures.clock(left)).append(" left"));
    return line.toString();
  }

  private void appendSpeed(StringBuilder line) {
    Sample first = window.getFirst();
    Sample last = window.getLast();
    double seconds = (last.nanos() - first.nanos()) / 1e9;
    double tokensPerSecond = (last.work().tokens() - first.work().tokens()) / seconds;
    if (tokensPerSecond >= 0.5 && seconds > 0) {
      line.append(", ").append(Figures.rounded(tokensPerSecond)).append(" tokens/s");
    }
  }

  private Sample second() {
    var samples = window.iterator();
    samples.next();
    return samples.next();
  }

  /** Rounded down: 100% is everything. */
  private String percent(long units) {
    return Math.min(100, (long) (100.0 * units / workload.total())) + "%";
  }

  private String total() {
    return switch (workload.unit()) {
      case BYTES -> Figures.bytes(workload.total());
      case ROWS -> Figures.count(workload.total()) + " rows";
    };
  }
}
