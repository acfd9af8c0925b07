package io.heed.engine;

import java.util.Locale;

/**
 * How a token is chosen among those that may come next.
 *
 * @param temperature 0 for the most likely one; else logits are divided by it before one is drawn
 * @param topK the draw is among so many of the most likely tokens, 0 for all
 * @param topP the draw is among the fewest most likely tokens whose probabilities reach this sum, 1
 *     for all
 * @param seed of the draws
 */
public record Sampling(double temperature, int topK, double topP, long seed) {
  /** Below it logits would leave the range of floats. */
  public static final double LEAST_TEMPERATURE = 0.01;

  /** The most likely token, always. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public Sampling {
    require(
        temperature == 0 || temperature >= LEAST_TEMPERATURE && Double.isFinite(temperature),
        "a temperature is 0 or at least %s, not %s",
        LEAST_TEMPERATURE,
        temperature);
    require(topK >= 0, "a draw among the %s most likely tokens is not possible", topK);
    require(topP > 0 && topP <= 1, "a sum of probabilities is above 0 and at most 1, not %s", topP);
  }

  private static void require(boolean holds, String rule, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, rule, values));
    }
  }
}
