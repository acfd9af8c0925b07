package io.heed.output;

/** The output exists already, may not be replaced, or cannot be written. */
public final class OutputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** States the rule, the values and the place. */
  public OutputException(String message) {
    super(message);
  }

  /** States the rule, the values and the place, and what the file system said. */
  public OutputException(String message, Throwable cause) {
    super(message, cause);
  }
}
