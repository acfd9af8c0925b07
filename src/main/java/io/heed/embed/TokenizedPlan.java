package io.heed.embed;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchLimits;
import io.heed.engine.RowTokens;
import io.heed.engine.SequenceRules;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.spark.executor.ExecutorModels;
import io.heed.spark.executor.ExecutorModels.DescribedModel;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import io.heed.spark.tokens.TokenSource;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows to the tokens that are embedded elsewhere; the rejected ones are those of {@link EmbedPlan},
 * but for vectors that are not finite. No weights are loaded.
 *
 * @param embedding how the tokens are embedded
 * @param column name of the column of token ids
 */
record TokenizedPlan(EmbedPlan embedding, String column) implements RowTransform<RowTokens> {
  private static final int BATCH_TOKENS = 1 << 16;

  /** The token ids, in the place of the embedding, token_count, truncated. */
  @Override
  public StructType added() {
    return new StructType()
        .add(column, DataTypes.createArrayType(DataTypes.IntegerType, false), false)
        .add("token_count", DataTypes.IntegerType, false)
        .add("truncated", DataTypes.BooleanType, false);
  }

  @Override
  public TaskComputation<RowTokens> open() {
    DescribedModel model = ExecutorModels.describe(embedding.model());
    TokenSource.Reader reader =
        embedding.tokens().reader(model::tokenizer, embedding.prompt(), embedding.maxLength());
    return new Computation(
        new Passing(new SequenceRules(model.spec(), embedding.pooling())), reader);
  }

  /** Rows that can be embedded, as they are. */
  private record Passing(SequenceRules rules) implements BatchComputation<RowTokens, RowTokens> {
    @Override
    public BatchLimits<RowTokens> limits() {
      return BatchLimits.of(RowTokens::count, BATCH_TOKENS);
    }

    @Override
    public Optional<Rejection> check(RowTokens row) {
      return rules.check(row.ids());
    }

    @Override
    public List<Rejectable<RowTokens>> compute(List<RowTokens> rows) {
      return rows.stream().map(Rejectable::of).toList();
    }
  }

  /** The tokens of the rows of one task. */
  private static final class Computation extends BatchedComputation<RowTokens, RowTokens> {
    private final TokenSource.Reader reader;

    Computation(Passing passing, TokenSource.Reader reader) {
      super(passing);
      this.reader = reader;
    }

    @Override
    protected Rejectable<RowTokens> read(RowValues row) {
      return reader.tokens(row);
    }

    @Override
    public boolean computes() {
      return false;
    }

    @Override
    public int tokens(RowTokens row) {
      return row.count();
    }

    @Override
    public boolean truncated(RowTokens row) {
      return row.truncated();
    }

    @Override
    public Object[] values(RowValues row, RowTokens tokens) {
      return new Object[] {tokens.ids(), tokens.count(), tokens.truncated()};
    }
  }
}
