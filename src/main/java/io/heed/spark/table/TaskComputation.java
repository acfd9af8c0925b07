package io.heed.spark.table;

import io.heed.engine.OutcomeStream;
import io.heed.input.RowValues;
import io.heed.spark.executor.KernelUse;
import java.util.Iterator;
import java.util.Optional;

/**
 * A {@link RowTransform} inside a task. Not thread-safe.
 *
 * @param <R> what a row yields
 */
public interface TaskComputation<R> {

  /** The outcome of each row, in order; those that are rejected already stay so. */
  <W extends RowValues> OutcomeStream<W, R> outcomes(Iterator<W> rows);

  /**
   * The values of the columns of {@link RowTransform#added}, as {@link ComputedColumns} takes them.
   */
  Object[] values(RowValues row, R result);

  /** Tokens, or vectors, that the row was computed from. */
  default int tokens(R result) {
    return 0;
  }

  /** Whether what takes time is the model, and not only what it is computed from. */
  default boolean computes() {
    return true;
  }

  /** Whether the row had more of them. */
  default boolean truncated(R result) {
    return false;
  }

  /** The kernels that compute, where any do. */
  default Optional<KernelUse> kernels() {
    return Optional.empty();
  }
}
