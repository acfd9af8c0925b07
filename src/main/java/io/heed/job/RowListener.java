package io.heed.job;

import io.heed.input.InputRow;
import java.io.Serializable;

/**
 * Sees the rows of one task that have a result, beside the output. Not thread-safe.
 *
 * @param <R> what a row yields
 */
public interface RowListener<R> {

  /** A row has a result. */
  void computed(InputRow row, R result);

  /** All rows of the task have become something. */
  void finished();

  /** Makes the listener of each task, inside it. */
  interface Maker<R> extends Serializable {
    /** A listener for the task that calls. */
    RowListener<R> make();
  }

  /** One that takes no notice. */
  static <R> RowListener<R> none() {
    return new RowListener<>() {
      @Override
      public void computed(InputRow row, R result) {}

      @Override
      public void finished() {}
    };
  }
}
