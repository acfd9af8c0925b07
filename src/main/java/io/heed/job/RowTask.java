package io.heed.job;

import io.heed.engine.ComputeTime;
import io.heed.engine.OutcomeStream;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.input.InputRow;
import io.heed.output.RejectedRow;
import io.heed.output.RejectedRowsWriter;
import io.heed.output.RunCounters;
import io.heed.output.TaskCounters;
import io.heed.row.Rejection;
import io.heed.spark.executor.KilledTask;
import io.heed.spark.table.TaskComputation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One task attempt of a table job: its rows become output rows or rejected rows, and are counted,
 * in one pass. Not thread-safe.
 *
 * @param <R> what a row yields
 */
final class RowTask<R> implements Iterator<Row> {
  private final RunCounters run;
  private final TaskCounters counters;
  private final RejectedRowsWriter rejectedRows;
  private final TaskComputation<R> computation;
  private final OutcomeStream<InputRow, R> outcomes;
  private final RowListener<R> listener;
  private final ShownOfTask shown;
  private long countedWallNanos;
  private long countedCpuNanos;
  private Row next;
  private boolean finished;

  /** A task attempt, inside its task. */
  RowTask(
      TaskOutputs outputs,
      TaskComputation<R> computation,
      RowListener<R> listener,
      Iterator<InputRow> rows) {
    this.run = outputs.counters();
    this.counters = run.newTask();
    this.rejectedRows = outputs.rejectedRows();
    this.computation = computation;
    this.outcomes = computation.outcomes(KilledTask.endsAtNextOf(rows));
    this.listener = listener;
    this.shown = new ShownOfTask(outputs.shown());
  }

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
  private Row accept(Outcome<InputRow, R> outcome) {
    InputRow row = outcome.item();
    counters.rowIn();
    counters.addInputUnits(row.units());
    flushAfterBatch();
    Optional<Rejection> rejection = outcome.result().rejection();
    if (rejection.isPresent()) {
      reject(row, rejection.get());
      return null;
    }
    R result = outcome.result().value();
    counters.rowOut(computation.tokens(result));
    if (computation.truncated(result)) {
      counters.rowTruncated();
    }
    listener.computed(row, result);
    Row output = extended(row, computation.values(row, result));
    shown.offer(row, output);
    return output;
  }

  /** The id and the kept columns of a row, and some values after them. */
  private static Row extended(InputRow row, Object... results) {
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
    ComputeTime time = outcomes.computeTime();
    if (time.wallNanos() != countedWallNanos) {
      if (computation.computes()) {
        counters.addComputeNanos(
            time.wallNanos() - countedWallNanos, time.cpuNanos() - countedCpuNanos);
      }
      countedWallNanos = time.wallNanos();
      countedCpuNanos = time.cpuNanos();
      counters.flush();
    }
  }

  /** Runs before Spark commits the task, so that only winning attempts name their side file. */
  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    listener.finished();
    shown.finish();
    try {
      rejectedRows.finish().ifPresent(run::addRejectedFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    counters.flush();
  }
}
