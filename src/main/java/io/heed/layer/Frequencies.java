package io.heed.layer;

import java.util.Optional;

/**
 * How fast rotary positions (Su et al., 2021) turn each pair of values.
 *
 * @param perToken {@code [D/2]}, radians from one token to the next
 * @param factor what the cosines and sines are multiplied by
 * @param ofLong other frequencies for long sequences, where there are any
 */
public record Frequencies(float[] perToken, float factor, Optional<OfLong> ofLong) {

  /**
   * Frequencies that depend on how long a sequence is.
   *
   * @param beyond tokens that a sequence has to exceed
   * @param scaling the frequencies of such a sequence
   */
  public record OfLong(int beyond, Scaling scaling) {}

  /** Frequencies by the length of a sequence. */
  @FunctionalInterface
  public interface Scaling {
    /** {@code [D/2]}, of a sequence of so many tokens. */
    float[] of(int tokens);
  }

  /** The same for sequences of any length. */
  public static Frequencies fixed(float[] perToken, float factor) {
    return new Frequencies(perToken, factor, Optional.empty());
  }

  /** The most tokens of a sequence, up to a number, that all shorter ones are turned alike with. */
  public int alikeUpTo(int tokens) {
    return ofLong.map(some -> Math.min(some.beyond(), tokens)).orElse(tokens);
  }

  /** Those of a sequence of so many tokens. */
  public float[] of(int tokens) {
    return depends(tokens) ? ofLong.orElseThrow().scaling().of(tokens) : perToken;
  }

  /** Whether a sequence of so many tokens has others than a short one. */
  boolean depends(int tokens) {
    return ofLong.isPresent() && tokens > ofLong.get().beyond();
  }
}
