package io.heed.spark;

import io.heed.engine.EmbeddingStream;
import io.heed.engine.EmbeddingStream.Outcome;
import io.heed.engine.LayerWeights;
import io.heed.engine.RowTokens;
import io.heed.input.InputRow;
import io.heed.row.Rejection;
import io.heed.text.TokenStrings;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** One task attempt of {@link EmbedPartitions}. Not thread-safe. */
final class EmbedTask extends RowTask<Outcome<InputRow>> {
  private final EmbeddingPlan plan;
  private final EarliestRows earliestOfAll;
  private final NavigableSet<EarliestRow> earliest = new TreeSet<>();
  private TokenStrings tokenStrings;

  private EmbedTask(
      EmbeddingPlan plan,
      TaskOutputs outputs,
      EarliestRows earliest,
      EmbeddingStream<InputRow> outcomes) {
    super(outputs, outcomes, outcomes::computeNanos);
    this.plan = plan;
    this.earliestOfAll = earliest;
  }

  static EmbedTask start(
      EmbeddingPlan plan, TaskOutputs outputs, EarliestRows earliest, Iterator<InputRow> rows) {
    EmbeddingStream<InputRow> outcomes =
        plan.stream(
            rows,
            (row, tokenizer) ->
                row.rejection()
                    .<RowTokens>map(RowTokens.Rejected::new)
                    .orElseGet(() -> tokenizer.apply(row.payload()[0])),
            InputRow::bytes);
    outputs.kernels().add(plan.kernels());
    return new EmbedTask(plan, outputs, earliest, outcomes);
  }

  @Override
  InputRow row(Outcome<InputRow> outcome) {
    return outcome.item();
  }

  @Override
  Optional<Rejection> rejection(Outcome<InputRow> outcome) {
    return outcome.rejection();
  }

  @Override
  int tokens(Outcome<InputRow> outcome) {
    return outcome.tokenCount();
  }

  @Override
  boolean truncated(Outcome<InputRow> outcome) {
    return outcome.truncated();
  }

  @Override
  Object[] results(Outcome<InputRow> outcome) {
    keepIfEarly(outcome);
    Object embedding = plan.embedding(outcome.vectors());
    if (plan.attentionLayers().isEmpty()) {
      return new Object[] {embedding, outcome.tokenCount(), outcome.truncated()};
    }
    return new Object[] {
      embedding,
      outcome.tokenCount(),
      outcome.truncated(),
      tokenStrings().strings(outcome.inputIds()),
      outcome.attention().stream().map(EmbedTask::weights).toArray(Row[]::new)
    };
  }

  private void keepIfEarly(Outcome<InputRow> outcome) {
    if (earliestOfAll.capacity() == 0) {
      return;
    }
    InputRow row = outcome.item();
    earliest.add(
        new EarliestRow(
            row.source(), row.position(), String.valueOf(row.id()), outcome.inputIds()));
    if (earliest.size() > earliestOfAll.capacity()) {
      earliest.pollLast();
    }
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

  @Override
  void finished() {
    earliest.forEach(earliestOfAll::add);
  }
}
