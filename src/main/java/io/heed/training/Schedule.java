package io.heed.training;

import java.io.Serializable;
import java.util.Locale;

/**
 * The learning rate of each step: it rises evenly in the warm-up, then falls as the form says.
 *
 * @param form how it falls
 * @param rate the highest
 * @param least the lowest, at the end
 * @param warmup steps in which it rises
 * @param steps in all
 */
public record Schedule(Form form, double rate, double least, long warmup, long steps)
    implements Serializable {

  /** How the rate falls behind the warm-up. */
  public enum Form {
    /** Half a wave of a cosine (Loshchilov and Hutter, 2017). */
    COSINE,
    LINEAR,
    /** It stays. */
    CONSTANT
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when they are no schedule
   */
  public Schedule {
    boolean rates = rate > 0 && Double.isFinite(rate) && least >= 0 && least <= rate;
    if (!rates || warmup < 0 || steps < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "rates from %s to %s, %d steps of warm-up and %d in all are no schedule",
              rate,
              least,
              warmup,
              steps));
    }
  }

  /** The rate of a step, counted from 0. */
  public double at(long step) {
    if (step < warmup) {
      return rate * (step + 1) / warmup;
    }
    double passed = Math.min(1, (step - warmup) / (double) Math.max(1, steps - warmup));
    double left =
        switch (form) {
          case COSINE -> 0.5 * (1 + StrictMath.cos(Math.PI * passed));
          case LINEAR -> 1 - passed;
          case CONSTANT -> 1;
        };
    return least + (rate - least) * left;
  }
}
