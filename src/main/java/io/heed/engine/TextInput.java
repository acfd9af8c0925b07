package io.heed.engine;

import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.text.TextTokenizer;
import io.heed.text.TokenizationException;
import io.heed.text.TokenizedText;

/**
 * Texts to token ids.
 *
 * @param tokenizer the model's
 * @param prompt put before each text, may be empty
 * @param maxLength tokens after which a text is cut, special tokens included
 */
public record TextInput(TextTokenizer tokenizer, String prompt, int maxLength) {

  /** The tokens of a text; null is rejected. */
  public Rejectable<RowTokens> tokens(String text) {
    if (text == null) {
      return Rejectable.rejected(Reason.NULL_TEXT, "the text is null");
    }
    try {
      TokenizedText tokenized = tokenizer.tokenize(prompt.concat(text), maxLength);
      return Rejectable.of(new RowTokens(tokenized.ids(), tokenized.truncated()));
    } catch (TokenizationException e) {
      return Rejectable.rejected(Reason.NOT_TOKENIZABLE, e.getMessage());
    }
  }
}
