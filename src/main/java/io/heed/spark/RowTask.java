package io.heed.spark;

import io.heed.input.InputRow;
import io.heed.output.RejectedRow;
import io.heed.output.RejectedRowsWriter;
import io.heed.output.RunCounters;
import io.heed.output.TaskCounters;
import io.heed.row.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One task attempt of a table job: the outcomes of its rows become output rows or rejected rows,
 * and are counted, in one pass. Not thread-safe.
 *
 * @param <O> what became of a row
 */
abstract class RowTask<O> implements Iterator<Row> {
  private final RunCounters run;
  private final TaskCounters counters;
  private final RejectedRowsWriter rejectedRows;
  private final Iterator<O> outcomes;
  private final LongSupplier computeNanos;
  private long countedNanos;
  private Row next;
  private boolean finished;

  /**
   * A task attempt.
   *
   * @param computeNanos time spent computing so far
   */
  RowTask(TaskOutputs outputs, Iterator<O> outcomes, LongSupplier computeNanos) {
    this.run = outputs.counters();
    this.counters = run.newTask();
    this.rejectedRows = outputs.rejectedRows();
    this.outcomes = outcomes;
    this.computeNanos = computeNanos;
  }

  /** The row that came to this. */
  abstract InputRow row(O outcome);

  /** Why the row has no result, or empty. */
  abstract Optional<Rejection> rejection(O outcome);

  /** Tokens, or vectors, that the row was computed from. */
  abstract int tokens(O outcome);

  /** Whether the row had more of them. */
  abstract boolean truncated(O outcome);

  /** The values of the output row behind id and kept columns. */
  abstract Object[] results(O outcome);

  /** All rows of the task have become something. */
  void finished() {}

  @Override
  public boolean hasNext() {
    while (next == null && outcomes.hasNext()) {
      next = accept(outcomes.next());
    }
    if (next == null) {
      finish();
    }
    return next != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = next;
    next = null;
    return row;
  }

  /** The output row, or null for a rejected one. */
  private Row accept(O outcome) {
    InputRow row = row(outcome);
    counters.rowIn();
    counters.addInputUnits(row.units());
    flushAfterBatch();
    Optional<Rejection> rejection = rejection(outcome);
    if (rejection.isPresent()) {
      reject(row, rejection.get());
      return null;
    }
    counters.rowOut(tokens(outcome));
    if (truncated(outcome)) {
      counters.rowTruncated();
    }
    return outputRow(row, results(outcome));
  }

  private static Row outputRow(InputRow row, Object... results) {
    int kept = row.kept().length;
    Object[] values = new Object[1 + kept + results.length];
    values[0] = row.id();
    System.arraycopy(row.kept(), 0, values, 1, kept);
    System.arraycopy(results, 0, values, 1 + kept, results.length);
    return RowFactory.create(values);
  }

  private void reject(InputRow row, Rejection rejection) {
    counters.rowRejected(rejection.reason());
    try {
      rejectedRows.write(
          new RejectedRow(row.id(), rejection, row.source(), row.position(), row.raw()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Shows what is done while the task runs, at the price of a few additions per batch. */
  private void flushAfterBatch() {
    long nanos = computeNanos.getAsLong();
    if (nanos != countedNanos) {
      counters.addComputeNanos(nanos - countedNanos);
      countedNanos = nanos;
      counters.flush();
    }
  }

  /** Runs before Spark commits the task, so that only winning attempts name their side file. */
  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    finished();
    try {
      rejectedRows.finish().ifPresent(run::addRejectedFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    counters.flush();
  }
}
