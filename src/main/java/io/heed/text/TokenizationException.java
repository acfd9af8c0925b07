package io.heed.text;

/**
 * A valid tokenizer cannot make tokens of this text, for example without an unknown token, or text
 * of these tokens.
 */
public final class TokenizationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TokenizationException(String message, Throwable cause) {
    super(message, cause);
  }
}
