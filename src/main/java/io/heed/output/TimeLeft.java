package io.heed.output;

import io.heed.output.ProgressState.Work;
import java.time.Duration;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * How long a run still takes, where that can be told: once work has been seen for ten seconds, in
 * at least four steps, and the speeds of the earlier and the later half of that time are alike. A
 * run that has just begun, whose code is not compiled yet, or that waits for its last tasks, has no
 * such speed. Not thread-safe.
 */
final class TimeLeft {
  private static final long LEAST_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int LEAST_STEPS = 4;

  /** How much faster one half may be than the other; more once a time is told, so that it stays. */
  private static final double ALIKE = 1.5;

  private static final double STILL_ALIKE = 2;
  private static final long MAX_SECONDS = Duration.ofDays(30).toSeconds();

  /** What was done at a moment. */
  record Sample(long nanos, Work work) {}

  private final long total;
  private boolean told;

  /**
   * For a run.
   *
   * @param total units of its input, 0 if that is not known
   */
  TimeLeft(long total) {
    this.total = total;
  }

  /** The time left after the last of some samples, of which the first is where work began. */
  Optional<Duration> of(Deque<Sample> window) {
    Optional<Duration> left = steady(window);
    told = left.isPresent();
    return left;
  }

  private Optional<Duration> steady(Deque<Sample> window) {
    Sample first = window.getFirst();
    Sample last = window.getLast();
    long units = total - last.work().units();
    if (units <= 0 || last.nanos() - first.nanos() < LEAST_NANOS || steps(window) < LEAST_STEPS) {
      return Optional.empty();
    }
    Sample middle = middle(window);
    double before = speed(first, middle);
    double after = speed(middle, last);
    double mostAlike = told ? STILL_ALIKE : ALIKE;
    if (before <= 0 || after <= 0 || Math.max(before / after, after / before) > mostAlike) {
      return Optional.empty();
    }
    long seconds = Math.round(units / speed(first, last));
    return seconds < MAX_SECONDS ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
  }

  private static int steps(Deque<Sample> window) {
    int steps = 0;
    long units = window.getFirst().work().units();
    for (Sample sample : window) {
      steps += sample.work().units() > units ? 1 : 0;
      units = sample.work().units();
    }
    return steps;
  }

  /** The last sample of the earlier half. */
  private static Sample middle(Deque<Sample> window) {
    long half =
        window.getFirst().nanos() + (window.getLast().nanos() - window.getFirst().nanos()) / 2;
    Iterator<Sample> samples = window.iterator();
    Sample middle = samples.next();
    Sample next = samples.next();
    while (next.nanos() <= half) {
      middle = next;
      next = samples.next();
    }
    return middle;
  }

  /** Units in a second. */
  private static double speed(Sample from, Sample to) {
    long nanos = to.nanos() - from.nanos();
    return nanos == 0 ? 0 : (to.work().units() - from.work().units()) * 1e9 / nanos;
  }
}
