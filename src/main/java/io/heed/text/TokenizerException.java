package io.heed.text;

/** A {@code tokenizer.json} is absent, not valid, or asks for what is not supported. */
public final class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A broken rule, its values and the file. */
  public TokenizerException(String message) {
    super(message);
  }

  /** A broken rule that another exception tells more about. */
  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
