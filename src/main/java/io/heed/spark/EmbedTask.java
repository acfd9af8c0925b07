package io.heed.spark;

import io.heed.engine.EmbeddingStream;
import io.heed.engine.EmbeddingStream.Outcome;
import io.heed.engine.LayerWeights;
import io.heed.engine.RowTokens;
import io.heed.input.InputRow;
import io.heed.output.RejectedRow;
import io.heed.output.RejectedRowsWriter;
import io.heed.output.RunCounters;
import io.heed.output.TaskCounters;
import io.heed.row.Rejection;
import io.heed.text.TokenStrings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** One task attempt of {@link EmbedPartitions}. Not thread-safe. */
final class EmbedTask implements Iterator<Row> {
  private final EmbeddingPlan plan;
  private final RunCounters run;
  private final TaskCounters counters;
  private final RejectedRowsWriter rejectedRows;
  private final EmbeddingStream<InputRow> outcomes;
  private final EarliestRows earliestOfAll;
  private final NavigableSet<EarliestRow> earliest = new TreeSet<>();
  private TokenStrings tokenStrings;
  private long countedNanos;
  private Row next;
  private boolean finished;

  EmbedTask(
      EmbeddingPlan plan, TaskOutputs outputs, EarliestRows earliest, Iterator<InputRow> rows) {
    this.plan = plan;
    this.earliestOfAll = earliest;
    this.run = outputs.counters();
    this.counters = run.newTask();
    this.rejectedRows = outputs.rejectedRows();
    this.outcomes =
        plan.stream(
            rows,
            (row, tokenizer) ->
                row.rejection()
                    .<RowTokens>map(RowTokens.Rejected::new)
                    .orElseGet(() -> tokenizer.apply(row.payload()[0])),
            InputRow::bytes);
    outputs.kernels().add(plan.kernels());
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
  private Row accept(Outcome<InputRow> outcome) {
    InputRow row = outcome.item();
    counters.rowIn();
    counters.addInputUnits(row.units());
    flushAfterBatch();
    if (outcome.rejection().isPresent()) {
      reject(row, outcome.rejection().get());
      return null;
    }
    counters.rowOut(outcome.tokenCount());
    if (outcome.truncated()) {
      counters.rowTruncated();
    }
    earliest.add(
        new EarliestRow(
            row.source(), row.position(), String.valueOf(row.id()), outcome.inputIds()));
    if (earliest.size() > earliestOfAll.capacity()) {
      earliest.pollLast();
    }
    return outputRow(outcome);
  }

  private Row outputRow(Outcome<InputRow> outcome) {
    InputRow row = outcome.item();
    int kept = row.kept().length;
    boolean withAttention = !plan.attentionLayers().isEmpty();
    Object[] values = new Object[kept + (withAttention ? 6 : 4)];
    values[0] = row.id();
    System.arraycopy(row.kept(), 0, values, 1, kept);
    values[kept + 1] = plan.embedding(outcome.vectors());
    values[kept + 2] = outcome.tokenCount();
    values[kept + 3] = outcome.truncated();
    if (withAttention) {
      values[kept + 4] = tokenStrings().strings(outcome.inputIds());
      values[kept + 5] = outcome.attention().stream().map(EmbedTask::weights).toArray(Row[]::new);
    }
    return RowFactory.create(values);
  }

  /** Layers are counted from 1 outside of the program. */
  private static Row weights(LayerWeights weights) {
    return RowFactory.create(weights.layer() + 1, weights.toArrays());
  }

  private TokenStrings tokenStrings() {
    if (tokenStrings == null) {
      tokenStrings = plan.tokenStrings();
    }
    return tokenStrings;
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
    long nanos = outcomes.computeNanos();
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
    earliest.forEach(earliestOfAll::add);
    try {
      rejectedRows.finish().ifPresent(run::addRejectedFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    counters.flush();
  }
}
