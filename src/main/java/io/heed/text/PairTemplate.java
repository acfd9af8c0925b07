package io.heed.text;

import java.util.Arrays;
import java.util.Optional;

/**
 * How a tokenizer puts two texts together, as its post-processor does: special tokens before,
 * between and behind them, and of every token the type.
 *
 * @param firstType type of the tokens of the first text
 * @param secondType that of the second
 */
public record PairTemplate(
    Fixed before, int firstType, Fixed between, int secondType, Fixed behind) {

  /** What a tokenizer is asked to put together. */
  static final String FIRST = "a";

  static final String SECOND = "The other, b.";

  /**
   * What a pair tells; empty where its texts do not stand in it one behind the other.
   *
   * @param special 1 for each of its tokens that is of no text
   * @param first tokens of the first text alone
   * @param second those of the second
   */
  static Optional<PairTemplate> of(Pair pair, long[] special, int[] first, int[] second) {
    int from = behindSpecial(special, 0);
    int between = from + first.length;
    int next = behindSpecial(special, between);
    int behind = next + second.length;
    boolean isKnown =
        first.length > 0
            && second.length > 0
            && behind <= pair.ids.length
            && behindSpecial(special, behind) == pair.ids.length
            && Arrays.equals(pair.ids, from, between, first, 0, first.length)
            && Arrays.equals(pair.ids, next, behind, second, 0, second.length);
    return isKnown
        ? Optional.of(
            new PairTemplate(
                fixed(pair, 0, from),
                pair.types[from],
                fixed(pair, between, next),
                pair.types[next],
                fixed(pair, behind, pair.ids.length)))
        : Optional.empty();
  }

  private static int behindSpecial(long[] special, int from) {
    int at = from;
    while (at < special.length && special[at] == 1) {
      at++;
    }
    return at;
  }

  private static Fixed fixed(Pair pair, int from, int to) {
    return new Fixed(
        Arrays.copyOfRange(pair.ids, from, to), Arrays.copyOfRange(pair.types, from, to));
  }

  /** Special tokens that stand together. */
  public record Fixed(int[] ids, int[] types) {}

  /** The tokens of a pair, and the type of each. */
  public record Pair(int[] ids, int[] types) {}

  /** Tokens that every pair has. */
  public int specialTokens() {
    return before.ids.length + between.ids.length + behind.ids.length;
  }

  /** Two texts together, of which the tokens are given without special ones. */
  public Pair join(int[] first, int[] second) {
    int length = first.length + second.length + specialTokens();
    Pair pair = new Pair(new int[length], new int[length]);
    int at = put(before, pair, 0);
    at = put(first, firstType, pair, at);
    at = put(between, pair, at);
    at = put(second, secondType, pair, at);
    put(behind, pair, at);
    return pair;
  }

  private static int put(Fixed tokens, Pair pair, int at) {
    System.arraycopy(tokens.ids, 0, pair.ids, at, tokens.ids.length);
    System.arraycopy(tokens.types, 0, pair.types, at, tokens.types.length);
    return at + tokens.ids.length;
  }

  private static int put(int[] tokens, int type, Pair pair, int at) {
    System.arraycopy(tokens, 0, pair.ids, at, tokens.length);
    Arrays.fill(pair.types, at, at + tokens.length, type);
    return at + tokens.length;
  }
}
