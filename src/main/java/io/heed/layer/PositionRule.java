package io.heed.layer;

import io.heed.kernel.RelativeBias;
import io.heed.kernel.RelativeTerms;
import io.heed.tensor.Matrix;
import java.util.Optional;

/** How attention itself tells positions apart, beside what the embeddings say. */
public sealed interface PositionRule {

  /** Not at all. */
  static PositionRule none() {
    return new None();
  }

  /** By what is added to the scores of all heads before they are scaled. */
  static PositionRule relative(RelativeBias bias) {
    return new Relative(bias);
  }

  /** By how queries and keys are turned. */
  static PositionRule rotary(Rotary rotary) {
    return new Turned(rotary, Optional.empty());
  }

  /** The same, where queries of long sequences are larger. */
  static PositionRule rotary(Rotary rotary, Optional<LengthScale> scale) {
    return new Turned(rotary, scale);
  }

  /** By products with vectors of the distance, added to the scores before they are scaled. */
  static PositionRule disentangled(RelativeTerms terms, int headWidth) {
    return new Disentangled(terms, headWidth);
  }

  /** What is added to the scores of the heads {@code from} to {@code to} (exclusive). */
  default Optional<RelativeBias> bias(int from, int to) {
    return Optional.empty();
  }

  /** What is added to the same scores behind that. */
  default Optional<RelativeTerms> terms(int from, int to) {
    return Optional.empty();
  }

  /** Whether queries and keys are changed by their positions. */
  default boolean turns() {
    return false;
  }

  /**
   * Changes the queries of neighbouring tokens of a sequence, in place.
   *
   * @param heads {@code [T, H·Dh]}
   * @param headWidth Dh
   * @param first position of the first of them
   * @param length tokens of the whole sequence
   */
  default void placeQueries(Matrix heads, int headWidth, int first, int length) {}

  /** Changes the keys of neighbouring tokens of a sequence as {@link #placeQueries} does. */
  default void placeKeys(Matrix heads, int headWidth, int first, int length) {}

  /** See {@link #none}. */
  record None() implements PositionRule {}

  /** See {@link #disentangled}. */
  record Disentangled(RelativeTerms all, int headWidth) implements PositionRule {
    @Override
    public Optional<RelativeTerms> terms(int from, int to) {
      return Optional.of(all.heads(from, to, headWidth));
    }
  }

  /** See {@link #rotary(Rotary, Optional)}. */
  record Turned(Rotary by, Optional<LengthScale> scale) implements PositionRule {
    @Override
    public boolean turns() {
      return true;
    }

    @Override
    public void placeQueries(Matrix heads, int headWidth, int first, int length) {
      by.rotate(heads, headWidth, first, length);
      scale.ifPresent(some -> some.apply(heads, length));
    }

    @Override
    public void placeKeys(Matrix heads, int headWidth, int first, int length) {
      by.rotate(heads, headWidth, first, length);
    }
  }

  /** See {@link #relative}. */
  record Relative(RelativeBias all) implements PositionRule {
    @Override
    public Optional<RelativeBias> bias(int from, int to) {
      return Optional.of(all.heads(from, to));
    }
  }
}
