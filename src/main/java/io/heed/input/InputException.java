package io.heed.input;

import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkThrowable;

/** The input as a whole cannot be read as asked; the message says which rule, values and file. */
public final class InputException extends RuntimeException {
  /** How Spark names all of its errors about a file that cannot be read. */
  private static final String SPARK_CONDITION = "FAILED_READ_FILE";

  /** The rule, the values and the file. */
  public InputException(String message) {
    super(message);
  }

  InputException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A file that Spark cannot read, as it says in a task; empty for any other error. */
  public static Optional<InputException> ofSpark(Throwable error) {
    if (error instanceof SparkThrowable spark
        && spark.getCondition() != null
        && spark.getCondition().startsWith(SPARK_CONDITION)) {
      String file = spark.getMessageParameters().get("path");
      String reason = error.getCause() == null ? error.getMessage() : error.getCause().getMessage();
      return Optional.of(
          new InputException(
              String.format(Locale.ROOT, "cannot read %s: %s", file, reason), error));
    }
    return Optional.empty();
  }
}
