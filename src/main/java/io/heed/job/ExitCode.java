package io.heed.job;

import io.heed.checkpoint.CheckpointException;
import io.heed.engine.CacheMemoryException;
import io.heed.input.InputException;
import io.heed.output.OutputException;
import io.heed.output.StorageFailure;
import io.heed.regression.RegressionException;
import io.heed.settings.SettingException;
import io.heed.text.TokenizerException;
import io.heed.training.TrainingMemoryException;
import java.util.Optional;

/** How a job ends, in client mode. */
enum ExitCode {
  DONE(0),
  OTHER(1),
  BAD_ARGUMENTS_OR_INPUT(2),
  BAD_CHECKPOINT(3),
  TOO_MANY_REJECTED(4),
  BAD_OUTPUT(5);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The code for an error, which Spark may have wrapped on its way from a task. */
  static ExitCode of(Throwable error) {
    Throwable known = cause(error);
    if (known instanceof SettingException
        || known instanceof InputException
        || known instanceof CacheMemoryException
        || known instanceof TrainingMemoryException
        || known instanceof RegressionException) {
      return BAD_ARGUMENTS_OR_INPUT;
    }
    if (known instanceof CheckpointException || known instanceof TokenizerException) {
      return BAD_CHECKPOINT;
    }
    if (known instanceof TooManyRejectedException) {
      return TOO_MANY_REJECTED;
    }
    if (known instanceof OutputException) {
      return BAD_OUTPUT;
    }
    return MissingConnector.in(error, Optional.empty()).isPresent()
        ? BAD_ARGUMENTS_OR_INPUT
        : OTHER;
  }

  static boolean isHeeds(Throwable error) {
    return error.getClass().getName().startsWith("io.heed.");
  }

  /**
   * The outermost of Heed's own errors in a chain of causes, or of Spark's that are one of them in
   * other words, else the failure to write that it came from, else the error itself.
   */
  static Throwable cause(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (isHeeds(cause)) {
        return cause;
      }
      Optional<InputException> unreadable = InputException.ofSpark(cause);
      if (unreadable.isPresent()) {
        return unreadable.get();
      }
    }
    return StorageFailure.in(error).<Throwable>map(failure -> failure).orElse(error);
  }
}
