package io.heed.training;

/** A loss or a gradient is not finite: going on would spoil the weights. */
public final class NonFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NonFiniteException(String message) {
    super(message);
  }
}
