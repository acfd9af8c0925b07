package io.heed.training;

/** A heap is too small to train in. */
public final class TrainingMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TrainingMemoryException(String message) {
    super(message);
  }
}
