package io.heed.spark;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchStream;
import io.heed.engine.ComputeTime;
import io.heed.engine.OutcomeStream;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.input.InputRow;
import io.heed.output.RejectedRow;
import io.heed.output.RejectedRowsWriter;
import io.heed.output.RunCounters;
import io.heed.output.TaskCounters;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One task attempt of a table job: its rows are computed in batches, become output rows or rejected
 * rows, and are counted, in one pass. Not thread-safe.
 *
 * @param <R> what a row yields
 */
public abstract class RowTask<R> implements Iterator<Row> {
  private final RunCounters run;
  private final TaskCounters counters;
  private final RejectedRowsWriter rejectedRows;
  private final OutcomeStream<InputRow, R> outcomes;
  private final ShownOfTask shown;
  private long countedWallNanos;
  private long countedCpuNanos;
  private Row next;
  private boolean finished;

  /**
   * A task attempt whose rows are computed in batches, inside its task.
   *
   * @param reader what a row is computed from, for those that the input has not rejected
   */
  protected <I> RowTask(
      TaskOutputs outputs,
      Iterator<InputRow> rows,
      Function<InputRow, Rejectable<I>> reader,
      BatchComputation<I, R> computation) {
    this(
        outputs,
        new BatchStream<>(
            KilledTask.endsAtNextOf(rows), accepted(reader), InputRow::bytes, computation));
  }

  /** A task attempt, inside its task. */
  RowTask(TaskOutputs outputs, OutcomeStream<InputRow, R> outcomes) {
    this.run = outputs.counters();
    this.counters = run.newTask();
    this.rejectedRows = outputs.rejectedRows();
    this.outcomes = outcomes;
    this.shown = new ShownOfTask(outputs.shown());
  }

  /** A reader of rows, for those that the input has not rejected. */
  static <I> Function<InputRow, Rejectable<I>> accepted(Function<InputRow, Rejectable<I>> reader) {
    return row -> Rejectable.of(row, row.rejection()).then(reader);
  }

  /** The row of the output. */
  protected abstract Row output(InputRow row, R result);

  /** Tokens, or vectors, that the row was computed from. */
  protected int tokens(R result) {
    return 0;
  }

  /** Whether the row had more of them. */
  protected boolean truncated(R result) {
    return false;
  }

  /** All rows of the task have become something. */
  protected void finished() {}

  /** The id and the kept columns of a row, and some values after them. */
  protected static Row extended(InputRow row, Object... results) {
    int kept = row.kept().length;
    Object[] values = new Object[1 + kept + results.length];
    values[0] = row.id();
    System.arraycopy(row.kept(), 0, values, 1, kept);
    System.arraycopy(results, 0, values, 1 + kept, results.length);
    return RowFactory.create(values);
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
    counters.rowOut(tokens(result));
    if (truncated(result)) {
      counters.rowTruncated();
    }
    Row output = output(row, result);
    shown.offer(row, output);
    return output;
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
      counters.addComputeNanos(
          time.wallNanos() - countedWallNanos, time.cpuNanos() - countedCpuNanos);
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
    finished();
    shown.finish();
    try {
      rejectedRows.finish().ifPresent(run::addRejectedFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    counters.flush();
  }
}
