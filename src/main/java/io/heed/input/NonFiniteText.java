package io.heed.input;

import java.util.OptionalDouble;

/** The words for numbers that are not finite, as Spark's readers and writers have them. */
final class NonFiniteText {
  private NonFiniteText() {}

  /** NaN, or an infinity with or without a sign; empty for any other text. */
  static OptionalDouble parse(String text) {
    return switch (text) {
      case "NaN" -> OptionalDouble.of(Double.NaN);
      case "Infinity", "+Infinity", "Inf", "+Inf", "INF", "+INF" ->
          OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-Infinity", "-Inf", "-INF" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      default -> OptionalDouble.empty();
    };
  }
}
