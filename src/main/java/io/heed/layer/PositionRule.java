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

  /** What is added to the scores of the heads {@code from} to {@code to} (exclusive). */
  Optional<RelativeBias> bias(int from, int to);

  /** See {@link #none}. */
  record None() implements PositionRule {
    @Override
    public Optional<RelativeBias> bias(int from, int to) {
      return Optional.empty();
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
