package io.heed.corpus;

import java.io.Serializable;
import java.util.Locale;

/**
 * Which token ids a corpus has.
 *
 * @param size ids are below it
 * @param endOfText the id that ends each document of the training stream, or {@link #NONE}
 */
public record CorpusVocabulary(int size, int endOfText) implements Serializable {
  /** Stands for no token that ends documents. */
  public static final int NONE = -1;

  /** The largest size, which bounds the memory of counts to 128 MiB. */
  public static final int LARGEST = 1 << 24;

  private static final int SHORT_IDS = 1 << Short.SIZE;

  /**
   * Checks both numbers.
   *
   * @throws IllegalArgumentException when the size is not in [1, {@link #LARGEST}], or the token
   *     that ends documents is neither an id nor {@link #NONE}
   */
  public CorpusVocabulary {
    if (size < 1 || size > LARGEST) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "vocabulary is %d, not between 1 and %d", size, LARGEST));
    }
    if (endOfText < NONE || endOfText >= size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "end of text is %d, no id of a vocabulary of %d", endOfText, size));
    }
  }

  /** Ids below {@code size}, none of which ends documents. */
  public static CorpusVocabulary of(int size) {
    return new CorpusVocabulary(size, NONE);
  }

  /** Whether a token ends each document of the training stream. */
  public boolean hasEndOfText() {
    return endOfText != NONE;
  }

  /** How many bytes an id takes in a file: 2 for a vocabulary of at most 65,536, else 4. */
  public int tokenBytes() {
    return size <= SHORT_IDS ? Short.BYTES : Integer.BYTES;
  }
}
