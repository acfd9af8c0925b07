package io.heed.checkpoint;

/** A checkpoint that does not know a task, or has to be told one. */
public final class TaskException extends CheckpointException {
  private static final long serialVersionUID = 1;

  /** A message that says what the checkpoint knows. */
  public TaskException(String message) {
    super(message);
  }
}
