package io.heed.text;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is said about a tokenizer outside of its {@code tokenizer.json}, and goes before it.
 *
 * @param casing what happens to a text before the tokenizer sees it
 * @param truncationSide from which end of a text tokens are left out; where empty, as {@code
 *     truncation.direction} of the file says, else at the right
 * @param reading which tokens of a text are read
 * @param parts fields that take the place of the file's own, where it has them: of a {@code
 *     BertNormalizer} or of a {@code ByteLevel} pre-tokenizer
 */
public record TokenizerOptions(
    Casing casing, Optional<Side> truncationSide, Reading reading, Map<String, Boolean> parts) {

  /** Which tokens of a text are read. */
  public enum Reading {
    /** All, and the special tokens that the tokenizer adds. */
    WITH_SPECIAL_TOKENS,
    /** Those of the text, as sentence-transformers' StaticEmbedding reads it. */
    TEXT_ALONE,
    /** Those of the beginning of the text that are known, as model2vec reads it. */
    KNOWN_TOKENS
  }

  /** What happens to a text before the tokenizer sees it. */
  public enum Casing {
    /** Nothing. */
    AS_WRITTEN,
    /** It is lower-cased, as sentence-transformers does with {@code do_lower_case}. */
    LOWER
  }

  /** An end of a text. */
  public enum Side {
    LEFT,
    RIGHT
  }

  /** The file as it stands. */
  public static final TokenizerOptions NONE =
      new TokenizerOptions(
          Casing.AS_WRITTEN, Optional.empty(), Reading.WITH_SPECIAL_TOKENS, Map.of());

  /** Copies the parts. */
  public TokenizerOptions {
    Objects.requireNonNull(casing, "casing");
    Objects.requireNonNull(truncationSide, "truncationSide");
    Objects.requireNonNull(reading, "reading");
    parts = Map.copyOf(parts);
  }

  /** The same with another casing. */
  public TokenizerOptions withCasing(Casing other) {
    return new TokenizerOptions(other, truncationSide, reading, parts);
  }

  /** The same with the side that is cut. */
  public TokenizerOptions withTruncationSide(Side side) {
    return new TokenizerOptions(casing, Optional.of(side), reading, parts);
  }

  /** The same with other parts. */
  public TokenizerOptions withParts(Map<String, Boolean> others) {
    return new TokenizerOptions(casing, truncationSide, reading, others);
  }

  /** The same with other tokens read. */
  public TokenizerOptions withReading(Reading other) {
    return new TokenizerOptions(casing, truncationSide, other, parts);
  }
}
