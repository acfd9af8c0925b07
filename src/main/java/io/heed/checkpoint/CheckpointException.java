package io.heed.checkpoint;

import java.util.regex.Pattern;

/**
 * Something is wrong in or with a checkpoint. The message states the rule, the values and the file.
 */
public class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\u2028\u2029]");
  private static final int LONGEST = 2000;

  /** A broken rule. */
  public CheckpointException(String message) {
    super(inOneLine(message));
  }

  /** A broken rule that another exception tells more about. */
  public CheckpointException(String message, Throwable cause) {
    super(inOneLine(message), cause);
  }

  /** Names in a checkpoint may be of any length and hold what breaks a line. */
  private static String inOneLine(String message) {
    String line = CONTROL.matcher(message).replaceAll("\uFFFD");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }
}
