package io.heed.spark;

import io.heed.engine.EmbeddedRow;
import io.heed.engine.LayerWeights;
import io.heed.engine.RowTokens;
import io.heed.input.InputRow;
import io.heed.spark.TokenSource.Kind;
import io.heed.spark.TokenSource.TypedIds;
import io.heed.text.TokenStrings;
import io.heed.value.ValueText;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** One task attempt of {@link EmbedPartitions}. Not thread-safe. */
final class EmbedTask extends RowTask<EmbeddedRow> {
  private final EmbeddingPlan plan;
  private final EarliestRows earliestOfAll;
  private final NavigableSet<EarliestRow> earliest = new TreeSet<>();
  private TokenStrings tokenStrings;

  private EmbedTask(
      EmbeddingPlan plan,
      TaskOutputs outputs,
      EarliestRows earliest,
      Iterator<InputRow> rows,
      Embedder embedder) {
    super(outputs, rows, row -> embedder.tokens(value(plan, row)), embedder.batches());
    this.plan = plan;
    this.earliestOfAll = earliest;
  }

  private static Object value(EmbeddingPlan plan, InputRow row) {
    Object[] values = row.payload();
    return plan.tokens().kind() == Kind.TYPED_IDS
        ? new TypedIds((int[]) values[0], (int[]) values[1])
        : values[0];
  }

  static EmbedTask start(
      EmbeddingPlan plan, TaskOutputs outputs, EarliestRows earliest, Iterator<InputRow> rows) {
    Embedder embedder = plan.embedder();
    outputs.kernels().add(plan.kernels());
    return new EmbedTask(plan, outputs, earliest, rows, embedder);
  }

  @Override
  protected int tokens(EmbeddedRow embedded) {
    return embedded.tokens().count();
  }

  @Override
  protected boolean truncated(EmbeddedRow embedded) {
    return embedded.tokens().truncated();
  }

  @Override
  protected Row output(InputRow row, EmbeddedRow embedded) {
    RowTokens tokens = embedded.tokens();
    keepIfEarly(row, tokens);
    Object embedding = plan.embedding(embedded.vectors());
    if (plan.attentionLayers().isEmpty()) {
      return extended(row, embedding, tokens.count(), tokens.truncated());
    }
    return extended(
        row,
        embedding,
        tokens.count(),
        tokens.truncated(),
        tokenStrings().strings(tokens.ids()),
        embedded.attention().stream().map(EmbedTask::weights).toArray(Row[]::new));
  }

  private void keepIfEarly(InputRow row, RowTokens tokens) {
    if (earliestOfAll.capacity() == 0) {
      return;
    }
    earliest.add(
        new EarliestRow(
            row.source(),
            row.position(),
            ValueText.of(row.id()),
            tokens.ids(),
            tokens.types().orElse(new int[0]),
            tokenStrings().strings(tokens.ids())));
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
  protected void finished() {
    earliest.forEach(earliestOfAll::add);
  }
}
