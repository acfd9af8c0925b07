package io.heed.engine;

/** Which tokens may follow, where a sequence is not free: a part of the ids at each step. */
@FunctionalInterface
public interface AllowedTokens {
  /** The ids {@code from} (inclusive) to {@code to} (exclusive), at least one. */
  record Range(int from, int to) {}

  /**
   * The ids that the next token is one of.
   *
   * @param generated how many tokens were generated before
   */
  Range at(int generated);

  /** All ids of a vocabulary, at any step. */
  static AllowedTokens all(int vocabulary) {
    Range all = new Range(0, vocabulary);
    return generated -> all;
  }
}
