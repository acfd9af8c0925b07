package io.heed.layer;

import io.heed.kernel.ScoreFunction;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a layer compares a query q with a key k of one head.
 *
 * @param form the function
 * @param weight of {@link Form#GENERAL}: {@code [D, D]}, or from the width of keys to that of
 *     queries
 * @param vector of {@link Form#ADDITIVE}: {@code [D]}, the heads side by side; else empty
 * @param factor of {@link Form#SCALED_DOT}, where it is not {@code 1 / sqrt(Dh)}
 */
public record AttentionScore(
    Form form, Optional<Matrix> weight, float[] vector, Optional<Float> factor) {

  /** The functions. */
  public enum Form {
    /** {@code q·k / sqrt(Dh)}, or times another factor. */
    SCALED_DOT,
    /** {@code q·k}. */
    DOT,
    /** {@code q·Wk}, where W maps the keys of all heads before they are split. */
    GENERAL,
    /** {@code v·tanh(q + k)}. */
    ADDITIVE,
    /** {@code -|q - k|² / 2}. */
    GAUSSIAN
  }

  private static final float[] NO_VECTOR = {};

  /** {@code q·k / sqrt(Dh)} (Vaswani et al., 2017). */
  public static AttentionScore scaledDot() {
    return new AttentionScore(Form.SCALED_DOT, Optional.empty(), NO_VECTOR, Optional.empty());
  }

  /** {@code q·k} times a factor that is positive and finite. */
  public static AttentionScore dotTimes(float factor) {
    return new AttentionScore(Form.SCALED_DOT, Optional.empty(), NO_VECTOR, Optional.of(factor));
  }

  /** {@code q·k} (Luong et al., 2015). */
  public static AttentionScore dot() {
    return new AttentionScore(Form.DOT, Optional.empty(), NO_VECTOR, Optional.empty());
  }

  /** {@code q·Wk}, bilinear (Luong et al., 2015). */
  public static AttentionScore general(Matrix weight) {
    return new AttentionScore(Form.GENERAL, Optional.of(weight), NO_VECTOR, Optional.empty());
  }

  /** {@code v·tanh(q + k)} (Bahdanau et al., 2015). */
  public static AttentionScore additive(float[] vector) {
    return new AttentionScore(Form.ADDITIVE, Optional.empty(), vector.clone(), Optional.empty());
  }

  /** {@code -|q - k|² / 2} (Nadaraya and Watson, 1964). */
  public static AttentionScore gaussian() {
    return new AttentionScore(Form.GAUSSIAN, Optional.empty(), NO_VECTOR, Optional.empty());
  }

  /** What the kernels compute for {@code heads} heads, once the keys are mapped. */
  public ScoreFunction function(int headWidth, int firstHead, int heads) {
    return switch (form) {
      case SCALED_DOT ->
          factor.map(ScoreFunction::dotTimes).orElseGet(() -> ScoreFunction.scaledDot(headWidth));
      case DOT, GENERAL -> ScoreFunction.dot();
      case ADDITIVE ->
          ScoreFunction.additive(
              Arrays.copyOfRange(vector, firstHead * headWidth, (firstHead + heads) * headWidth));
      case GAUSSIAN -> ScoreFunction.gaussian();
    };
  }
}
