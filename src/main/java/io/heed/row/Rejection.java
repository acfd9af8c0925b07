package io.heed.row;

import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;

/**
 * Why a row has no result.
 *
 * @param reason the rule that the row breaks
 * @param message the rule, the values and the place, for a person
 */
public record Rejection(Reason reason, String message) implements Serializable {

  /** The rules that a row can break. */
  public enum Reason {
    /** A line that is not valid JSON or CSV, or is JSON but not an object. */
    MALFORMED,
    /** A CSV record with another number of cells than the header. */
    WRONG_CELL_COUNT,
    /** A column that the job reads is absent from this row. */
    MISSING_COLUMN,
    /** The id is absent or null. */
    MISSING_ID,
    /** A value of another type than its column. */
    WRONG_TYPE,
    /** The second table has no row of this id. */
    MISSING_CONTEXT,
    /** The second table has several rows of this id. */
    AMBIGUOUS_CONTEXT,
    /** The text is null. */
    NULL_TEXT,
    /** The token ids are null. */
    NULL_TOKENS,
    /** The row has no tokens. */
    EMPTY_TOKENS,
    /** A token id is not an index of the word embeddings. */
    TOKEN_OUT_OF_VOCABULARY,
    /** The token types are null, of another number than the tokens, or unknown to the model. */
    WRONG_TOKEN_TYPES,
    /** More tokens than the model, or the memory given to it, has room for. */
    TOO_LONG,
    /** A sequence of vectors is null. */
    NULL_VECTORS,
    /** The mask is null. */
    NULL_MASK,
    /** A sequence of vectors is empty. */
    EMPTY_VECTORS,
    /** Vectors, or a mask, of other sizes than what they go with. */
    WRONG_SHAPE,
    /** The tokenizer cannot read the text. */
    NOT_TOKENIZABLE,
    /** The features are null. */
    NULL_FEATURES,
    /** The label is null. */
    NULL_LABEL,
    /** The bars are null. */
    NULL_SERIES,
    /** Fewer bars than there have to be. */
    TOO_FEW_BARS,
    /** Numbers that no price bar has, such as a price that is not above 0. */
    NOT_A_BAR,
    /** Another number of features than the model has. */
    WRONG_SIZE,
    /** A number to compute from, or of the result, is not finite. */
    NON_FINITE;

    /** The name in the rejected rows, such as {@code null_text}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Requires both parts. */
  public Rejection {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(message, "message");
  }
}
