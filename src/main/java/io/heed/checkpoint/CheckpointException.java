package io.heed.checkpoint;

/**
 * Something is wrong in or with a checkpoint. The message states the rule, the values and the file.
 */
public class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A broken rule. */
  public CheckpointException(String message) {
    super(message);
  }

  /** A broken rule that another exception tells more about. */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
