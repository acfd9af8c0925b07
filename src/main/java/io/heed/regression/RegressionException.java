package io.heed.regression;

/** The data cannot be fitted or predicted; the message states the rule and the values. */
public final class RegressionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RegressionException(String message) {
    super(message);
  }
}
