package io.heed.training;

/** What another task was to give did not come: the run can go on from its last checkpoint. */
public final class ExchangeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ExchangeException(String message, Throwable cause) {
    super(message, cause);
  }
}
