package io.heed.job;

import io.heed.input.InputRow;
import io.heed.output.RejectedRow;
import io.heed.output.RejectedRowsWriter;
import io.heed.output.RunCounters;
import io.heed.output.TaskCounters;
import io.heed.row.Rejection;
import io.heed.spark.TaskOutputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.sql.Row;

/**
 * One task attempt over rows of features: counts every row, rejects those that cannot be used, and
 * computes the others some hundred at a time. Not thread-safe.
 */
final class FeatureTask implements Iterator<Row> {
  /** Computes rows that can be used. */
  interface Batch {
    /** One row or rejection for each. */
    List<Result> compute(List<InputRow> rows);
  }

  /** What became of a row: one of the two. */
  record Result(Row row, Rejection rejection) {}

  private final Iterator<InputRow> rows;
  private final FeatureRows reader;
  private final int size;
  private final int batchSize;
  private final Batch batch;
  private final RunCounters run;
  private final TaskCounters counters;
  private final RejectedRowsWriter rejectedRows;
  private final Queue<Row> done = new ArrayDeque<>();
  private boolean finished;

  /**
   * A task.
   *
   * @param size number of features that rows must have
   * @param batchSize rows that are computed together
   */
  FeatureTask(
      Iterator<InputRow> rows,
      FeatureRows reader,
      int size,
      int batchSize,
      Batch batch,
      TaskOutputs outputs) {
    this.rows = rows;
    this.reader = reader;
    this.size = size;
    this.batchSize = batchSize;
    this.batch = batch;
    this.run = outputs.counters();
    this.counters = run.newTask();
    this.rejectedRows = outputs.rejectedRows();
  }

  @Override
  public boolean hasNext() {
    while (done.isEmpty() && rows.hasNext()) {
      computeBatch();
    }
    if (done.isEmpty()) {
      finish();
    }
    return !done.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return done.remove();
  }

  private void computeBatch() {
    List<InputRow> good = new ArrayList<>(batchSize);
    while (good.size() < batchSize && rows.hasNext()) {
      InputRow row = rows.next();
      counters.rowIn();
      counters.addInputUnits(row.units());
      Optional<Rejection> rejection = reader.rejection(row, size);
      rejection.ifPresentOrElse(reason -> reject(row, reason), () -> good.add(row));
    }
    long began = System.nanoTime();
    List<Result> results = batch.compute(good);
    counters.addComputeNanos(System.nanoTime() - began);
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      if (result.rejection() != null) {
        reject(good.get(i), result.rejection());
      } else {
        counters.rowOut(0);
        done.add(result.row());
      }
    }
    counters.flush();
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

  /** Runs before Spark commits the task, so that only winning attempts name their side file. */
  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    try {
      rejectedRows.finish().ifPresent(run::addRejectedFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    counters.flush();
  }
}
