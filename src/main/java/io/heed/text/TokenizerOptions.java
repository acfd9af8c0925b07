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
 * @param parts fields that take the place of the file's own, where it has them: of a {@code
 *     BertNormalizer} or of a {@code ByteLevel} pre-tokenizer
 */
public record TokenizerOptions(
    Casing casing, Optional<Side> truncationSide, Map<String, Boolean> parts) {

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
      new TokenizerOptions(Casing.AS_WRITTEN, Optional.empty(), Map.of());

  /** Copies the parts. */
  public TokenizerOptions {
    Objects.requireNonNull(casing, "casing");
    Objects.requireNonNull(truncationSide, "truncationSide");
    parts = Map.copyOf(parts);
  }

  /** The same with another casing. */
  public TokenizerOptions withCasing(Casing other) {
    return new TokenizerOptions(other, truncationSide, parts);
  }

  /** The same with the side that is cut. */
  public TokenizerOptions withTruncationSide(Side side) {
    return new TokenizerOptions(casing, Optional.of(side), parts);
  }

  /** The same with other parts. */
  public TokenizerOptions withParts(Map<String, Boolean> others) {
    return new TokenizerOptions(casing, truncationSide, others);
  }
}
