package io.heed.train;

import io.heed.output.OutputException;
import java.io.IOException;
import java.util.Locale;

/** What is said where the state of a run cannot be read or written. */
final class StateFailure {
  private StateFailure() {}

  static OutputException of(String state, IOException cause) {
    return new OutputException(
        String.format(Locale.ROOT, "the training state %s fails: %s", state, cause.getMessage()),
        cause);
  }

  /** A process does not see what another has written. */
  static OutputException outOfReach(String state) {
    return new OutputException(
        String.format(
            Locale.ROOT,
            "the training state %s is not there for an executor: %s names a directory of a store"
                + " that all of them reach",
            state,
            TrainSettings.TRAINING_STATE.option()));
  }
}
