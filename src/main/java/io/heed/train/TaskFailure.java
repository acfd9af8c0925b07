package io.heed.train;

import io.heed.checkpoint.CheckpointException;
import io.heed.output.OutputException;
import io.heed.training.ExchangeException;
import io.heed.training.NonFiniteException;
import io.heed.training.TrainingException;
import io.heed.training.TrainingMemoryException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What made a barrier stage fail. Spark carries no more than the text of what one of its tasks
 * threw, in the first line of a message of its own.
 */
final class TaskFailure {
  /** Why a task of a barrier stage failed, by the first line of Spark's message. */
  private static final Pattern FAILED_TASK =
      Pattern.compile("barrier task .*? finished unsuccessfully\\.\\s*([^\\n]*)");

  /** What a task failed by where an executor was lost; all else another attempt does not mend. */
  private static final Pattern LOST_TASK =
      Pattern.compile(
          "(ExecutorLostFailure|TaskKilled|TaskResultLost|FetchFailed|Resubmitted|"
              + Pattern.quote(ExchangeException.class.getName())
              + "|"
              + Pattern.quote(CancellationException.class.getName())
              + ")\\b.*");

  /** The same where Spark names no barrier task. */
  private static final Pattern LOST =
      Pattern.compile(
          "(?i)ExecutorLostFailure|TaskKilled|FetchFailed|Resubmitted|worker lost"
              + "|executor \\S+ (exited|lost|removed)|heartbeat timed out");

  private TaskFailure() {}

  /** Whether an executor was lost, which another attempt mends. */
  static boolean isLoss(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ExchangeException || cause instanceof CancellationException) {
        return true;
      }
      if (cause.getClass().getName().startsWith("io.heed.")) {
        return false;
      }
    }
    Optional<String> task = told(error);
    String firstLine = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    return task.isPresent()
        ? LOST_TASK.matcher(task.get()).matches()
        : LOST.matcher(firstLine).find();
  }

  /** What the task threw, as text. */
  private static Optional<String> told(Throwable error) {
    Matcher task = FAILED_TASK.matcher(String.valueOf(error.getMessage()));
    return task.find() ? Optional.of(task.group(1).strip()) : Optional.empty();
  }

  /** Throws the error of a task in its own words, if one is told. */
  static void rethrow(Exception error) {
    if (told(error).isEmpty()) {
      return;
    }
    String text = told(error).get();
    String type = text.replaceFirst(":.*", "");
    String told = text.replaceFirst("^io\\.heed\\.\\S+: ", "");
    if (type.equals(TrainingMemoryException.class.getName())) {
      throw new TrainingMemoryException(told);
    }
    if (type.equals(NonFiniteException.class.getName())) {
      throw new NonFiniteException(told);
    }
    if (type.equals(OutputException.class.getName())) {
      throw new OutputException(told, error);
    }
    if (type.equals(CheckpointException.class.getName())) {
      throw new CheckpointException(told, error);
    }
    throw new TrainingException("a task failed: " + told, error);
  }
}
