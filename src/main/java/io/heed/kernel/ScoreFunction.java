package io.heed.kernel;

import java.util.Locale;

/**
 * Compares a query q with a key k of one head, both {@code [Dh]}.
 *
 * @param form what is computed from the values of the head
 * @param scale what the result is multiplied by, positive and finite
 * @param vector of {@link Form#ADDITIVE}: {@code [D]}, the heads side by side; else empty
 */
public record ScoreFunction(Form form, float scale, float[] vector) {

  /** Sums over the values i of a head, the last two chains without blocks along i. */
  public enum Form {
    /** {@code Σ q_i k_i}. */
    DOT,
    /** {@code -½ Σ (q_i - k_i)²}. */
    GAUSSIAN,
    /** {@code Σ v_i tanh(q_i + k_i)}. */
    ADDITIVE
  }

  private static final float[] NO_VECTOR = {};

  /**
   * Checks the scale.
   *
   * @throws IllegalArgumentException when it is not positive or not finite
   */
  public ScoreFunction {
    if (!(scale > 0 && Float.isFinite(scale))) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a scale of %s is not positive", scale));
    }
  }

  /** {@code q·k / sqrt(Dh)} (Vaswani et al., 2017), the factor rounded once. */
  public static ScoreFunction scaledDot(int headWidth) {
    return new ScoreFunction(Form.DOT, (float) (1 / Math.sqrt(headWidth)), NO_VECTOR);
  }

  /** {@code q·k} times a factor. */
  public static ScoreFunction dotTimes(float factor) {
    return new ScoreFunction(Form.DOT, factor, NO_VECTOR);
  }

  /** {@code q·k} (Luong et al., 2015). */
  public static ScoreFunction dot() {
    return new ScoreFunction(Form.DOT, 1f, NO_VECTOR);
  }

  /** {@code -|q - k|² / 2}: softmax makes it the Gaussian kernel of Nadaraya and Watson. */
  public static ScoreFunction gaussian() {
    return new ScoreFunction(Form.GAUSSIAN, 1f, NO_VECTOR);
  }

  /** {@code v·tanh(q + k)} (Bahdanau et al., 2015), q and k projected before. */
  public static ScoreFunction additive(float[] vector) {
    return new ScoreFunction(Form.ADDITIVE, 1f, vector.clone());
  }
}
