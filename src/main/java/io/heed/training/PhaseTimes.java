package io.heed.training;

import java.util.EnumMap;
import java.util.Map;

/** What one task spends its time on. */
final class PhaseTimes {

  /** What a task does in a step. */
  enum Phase {
    READ,
    GRADIENT,
    EXCHANGE,
    UPDATE,
    PACK,
    EVALUATE,
    CHECKPOINT
  }

  private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private long since = System.nanoTime();

  /** What was done since the last call was this. */
  void passed(Phase phase) {
    long now = System.nanoTime();
    nanos.merge(phase, now - since, Long::sum);
    since = now;
  }

  /** Seconds of each phase, in their order. */
  double[] seconds() {
    double[] seconds = new double[Phase.values().length];
    nanos.forEach((phase, value) -> seconds[phase.ordinal()] = value / 1e9);
    return seconds;
  }
}
