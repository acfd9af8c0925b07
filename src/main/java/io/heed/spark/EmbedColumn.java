package io.heed.spark;

import io.heed.engine.EmbeddingStream.Outcome;
import io.heed.engine.RowTokens;
import io.heed.input.ValueBytes;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import io.heed.spark.EmbeddingPlan.Source;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.function.Function;
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
    Iterator<Outcome<Row>> outcomes = plan.stream(rows, this::tokens, ValueBytes::of);
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(outcomes, 0), false)
        .map(this::extended)
        .iterator();
  }

  private RowTokens tokens(Row row, Function<Object, RowTokens> tokenizer) {
    if (plan.source() == Source.TEXT || row.isNullAt(inputIndex)) {
      return tokenizer.apply(row.get(inputIndex));
    }
    List<Integer> values = row.getList(inputIndex);
    int[] ids = new int[values.size()];
    for (int i = 0; i < ids.length; i++) {
      Integer id = values.get(i);
      if (id == null) {
        return new RowTokens.Rejected(
            new Rejection(Reason.WRONG_TYPE, "the token id at position %d is null".formatted(i)));
      }
      ids[i] = id;
    }
    return tokenizer.apply(ids);
  }

  private Row extended(Outcome<Row> outcome) {
    Row row = outcome.item();
    Object[] values = new Object[row.size() + 4];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    int next = row.size();
    values[next] = outcome.rejection().isPresent() ? null : plan.embedding(outcome.vectors());
    values[next + 1] = outcome.tokenCount();
    values[next + 2] = outcome.truncated();
    values[next + 3] =
        outcome
            .rejection()
            .map(rejection -> RowFactory.create(rejection.reason().code(), rejection.message()))
            .orElse(null);
    return RowFactory.create(values);
  }
}
