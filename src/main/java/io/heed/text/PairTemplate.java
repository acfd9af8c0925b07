package io.heed.text;

import java.util.Arrays;

/**
 * How a tokenizer puts two texts together, as its post-processor does: special tokens before,
 * between and behind them, and of every token the type.
 *
 * @param firstType type of the tokens of the first text
 * @param secondType that of the second
 */
public record PairTemplate(
    Fixed before, int firstType, Fixed between, int secondType, Fixed behind) {

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
