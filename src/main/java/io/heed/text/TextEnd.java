package io.heed.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The end of the text of a sequence that grows by one token at a time, made of its last tokens
 * only. Not thread-safe.
 *
 * <p>A token can change the text before it: it may complete a character that was U+FFFD, or no
 * longer be the last. It changes no more than what the two last tokens make, and one character
 * before them.
 */
public final class TextEnd {
  private static final char REPLACEMENT = '\uFFFD';

  /** A character that a token completes may have two chars, and one that it changes is one. */
  private static final int SLACK = 4;

  private static final int FIRST_TOKENS = 8;

  private final TextTokenizer tokenizer;
  private final int characters;
  private final Map<Integer, Boolean> hasText = new HashMap<>();

  /** Those tokens that the text is made of: special tokens, for one, are not. */
  private int[] ids = new int[16];

  private int count;

  TextEnd(TextTokenizer tokenizer, int characters) {
    this.tokenizer = tokenizer;
    this.characters = characters;
  }

  /**
   * Adds a token.
   *
   * @return an end of the text as {@link TextTokenizer#decode} makes it of all tokens so far: all
   *     that this token changed, and as many characters before that as were asked for, or the whole
   *     text; empty where the token changed nothing
   * @throws TokenizationException when the tokenizer has no text for these tokens
   */
  public String append(int id) {
    boolean known = tokenizer.decoderContext() != DecoderContext.ALL;
    if (known && !hasText.computeIfAbsent(id, this::makesText)) {
      return "";
    }
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
    if (!known) {
      return decode(0);
    }
    int needed = characters + decode(Math.max(0, count - 2)).length() + SLACK;
    int tokens = FIRST_TOKENS + characters / 2;
    String end = end(tokens);
    while (end.length() < needed && tokens < count) {
      tokens *= 2;
      end = end(tokens);
    }
    return end;
  }

  /** Twice, so that it is once the first, and once the last token. */
  private boolean makesText(int id) {
    return !tokenizer.decode(id, id).isEmpty();
  }

  /** What the last tokens make of the text, or a bit less, where they do not stand alone. */
  private String end(int tokens) {
    if (tokens >= count) {
      return decode(0);
    }
    int from = count - tokens;
    String end = decode(from);
    return withoutReplacements(end);
  }

  /** Bytes that begin inside of a character are U+FFFD here, and are not in the whole text. */
  private static String withoutReplacements(String end) {
    int from = 0;
    while (from < end.length() && end.charAt(from) == REPLACEMENT) {
      from++;
    }
    return end.substring(from);
  }

  private String decode(int from) {
    return tokenizer.decode(Arrays.copyOfRange(ids, from, count));
  }
}
