package io.heed.layer;

import io.heed.kernel.RelativeBias;
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
    return new Turned(rotary);
  }

  /** What is added to the scores of the heads {@code from} to {@code to} (exclusive). */
  default Optional<RelativeBias> bias(int from, int to) {
    return Optional.empty();
  }

  /** What turns queries and keys. */
  default Optional<Rotary> rotary() {
    return Optional.empty();
  }

  /** See {@link #none}. */
  record None() implements PositionRule {}

  /** See {@link #rotary(Rotary)}. */
  record Turned(Rotary by) implements PositionRule {
    @Override
    public Optional<Rotary> rotary() {
      return Optional.of(by);
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
