package io.heed.engine;

import java.util.Locale;

/**
 * What a prompt was continued with.
 *
 * @param promptTokens tokens of the prompt
 * @param ids the tokens that were generated, without one that ended the text
 * @param text of these tokens, up to a text that ended it; null without a tokenizer
 */
public record Continuation(int promptTokens, int[] ids, String text, FinishReason finishReason) {

  /** Why a sequence ends. */
  public enum FinishReason {
    /** A text or a token that was to end it came. */
    STOP,
    /** The model ended the text. */
    END_OF_TEXT,
    /** As many tokens were generated as were wanted. */
    LENGTH,
    /** The model has no more positions. */
    POSITIONS;

    /** The name in the output, such as {@code end_of_text}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
