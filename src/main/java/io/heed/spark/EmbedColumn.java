package io.heed.spark;

import io.heed.engine.BatchStream;
import io.heed.engine.EmbeddedRow;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.engine.RowTokens;
import io.heed.input.ValueBytes;
import io.heed.row.Rejectable;
import io.heed.row.Rejectable.Rejected;
import io.heed.row.Rejection.Reason;
import io.heed.spark.TokenSource.Kind;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Adds to each row of a partition what {@link TextEmbedder} promises.
 *
 * @param inputIndex index of the column of texts or token ids
 */
record EmbedColumn(EmbeddingPlan plan, int inputIndex) implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Embedder embedder = plan.embedder();
    Iterator<Outcome<Row, EmbeddedRow>> outcomes =
        new BatchStream<>(
            KilledTask.endsAtNextOf(rows),
            row -> tokens(row, embedder),
            ValueBytes::of,
            embedder.batches());
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(outcomes, 0), false)
        .map(this::extended)
        .iterator();
  }

  private Rejectable<RowTokens> tokens(Row row, Embedder embedder) {
    if (plan.tokens().kind() == Kind.TEXT || row.isNullAt(inputIndex)) {
      return embedder.tokens(row.get(inputIndex));
    }
    List<Integer> values = row.getList(inputIndex);
    int[] ids = new int[values.size()];
    for (int i = 0; i < ids.length; i++) {
      Integer id = values.get(i);
      if (id == null) {
        return Rejectable.rejected(
            Reason.WRONG_TYPE,
            String.format(Locale.ROOT, "the token id at position %d is null", i));
      }
      ids[i] = id;
    }
    return embedder.tokens(ids);
  }

  private Row extended(Outcome<Row, EmbeddedRow> outcome) {
    Row row = outcome.item();
    Object[] values = new Object[row.size() + 4];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    int next = row.size();
    if (outcome.result() instanceof Rejected<EmbeddedRow> rejected) {
      values[next + 1] = 0;
      values[next + 2] = false;
      values[next + 3] =
          RowFactory.create(rejected.why().reason().code(), rejected.why().message());
    } else {
      EmbeddedRow embedded = outcome.result().value();
      values[next] = plan.embedding(embedded.vectors());
      values[next + 1] = embedded.tokens().count();
      values[next + 2] = embedded.tokens().truncated();
    }
    return RowFactory.create(values);
  }
}
