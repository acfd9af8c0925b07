package io.heed.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The end of the text of a sequence that grows by one token at a time, made of its last tokens
 * only. Not thread-safe.
 *
 * <p>A token can change the text before it: it may complete a character that was U+FFFD, or no
 * longer be the last. It changes no more than what the two last tokens make, one character before
 * them, and a run of tokens that are bytes before it.
 */
public final class TextEnd {
  private static final char REPLACEMENT = '\uFFFD';

  /**
   * A character that a token completes may have two chars, and one that it changes is one; a
   * decoder may take some off the start.
   */
  private static final int SLACK = 4 + DecoderContext.MOST_STRIPPED;

  private static final int FIRST_TOKENS = 8;
  private static final char LAST_ASCII = 0x7F;

  private final TextTokenizer tokenizer;
  private final DecoderContext context;
  private final int characters;
  private final Map<Integer, Boolean> hasText = new HashMap<>();
  private final Map<Integer, Boolean> maybeBytes = new HashMap<>();

  /** Where tokens are bytes, without those that have none, such as special tokens. */
  private int[] ids = new int[16];

  private int count;

  /**
   * The end of a sequence that has no token yet.
   *
   * @param characters that the end has before what the last token changed
   */
  public TextEnd(TextTokenizer tokenizer, int characters) {
    this.tokenizer = tokenizer;
    this.context = tokenizer.decoderContext();
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
    if (context == DecoderContext.BYTES && !hasText(id)) {
      return "";
    }
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
    if (context == DecoderContext.ALL) {
      return decode(0);
    }
    int needed = characters + end(count - lastWithText(lastWithText(count))).length() + SLACK;
    int tokens = FIRST_TOKENS + characters / 2;
    String end = end(tokens);
    while (end.length() < needed && tokens < count) {
      tokens *= 2;
      end = end(tokens);
    }
    return end;
  }

  private boolean hasText(int id) {
    return hasText.computeIfAbsent(id, any -> !tokenizer.decode(any).isEmpty());
  }

  /**
   * What at least the last tokens make of the text, or a bit less, where they do not stand alone.
   */
  private String end(int tokens) {
    int from = count - tokens;
    if (from <= 0) {
      return decode(0);
    }
    return switch (context) {
      case BYTES -> withoutReplacements(decode(from));
      case START -> behindFirst(from - 1);
      case RUNS_OF_BYTES -> decode(startOfRun(from));
      default -> decode(from);
    };
  }

  /** Bytes that begin inside of a character are U+FFFD here, and are not in the whole text. */
  private static String withoutReplacements(String end) {
    int from = 0;
    while (from < end.length() && end.charAt(from) == REPLACEMENT) {
      from++;
    }
    return end.substring(from);
  }

  /** What follows the first token, which is {@code from} or one before that has text of its own. */
  private String behindFirst(int from) {
    int first = Math.max(0, lastWithText(from + 1));
    return first == 0 ? decode(0) : decode(first).substring(tokenizer.decode(ids[first]).length());
  }

  /** Before {@code end}, or -1. */
  private int lastWithText(int end) {
    int last = end - 1;
    while (last >= 0 && !hasText(ids[last])) {
      last--;
    }
    return last;
  }

  private int startOfRun(int from) {
    int start = from;
    while (start > 0 && maybeBytes.computeIfAbsent(ids[start - 1], this::isMaybeByte)) {
      start--;
    }
    return start;
  }

  /** A token that is a byte has no more text than this, alone. */
  private boolean isMaybeByte(int id) {
    String text = tokenizer.decode(id);
    return text.isEmpty()
        || text.length() == 1 && (text.charAt(0) <= LAST_ASCII || text.charAt(0) == REPLACEMENT);
  }

  private String decode(int from) {
    return tokenizer.decode(Arrays.copyOfRange(ids, from, count));
  }
}
