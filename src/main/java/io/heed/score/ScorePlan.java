package io.heed.score;

import io.heed.engine.RowTokens;
import io.heed.engine.ScoredRow;
import io.heed.engine.ScoringBatches;
import io.heed.engine.ScoringEngine;
import io.heed.input.RowValues;
import io.heed.kernel.KernelProvider;
import io.heed.row.Rejectable;
import io.heed.spark.executor.ExecutorModels;
import io.heed.spark.executor.ExecutorModels.LoadedModel;
import io.heed.spark.executor.KernelUse;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import io.heed.spark.tokens.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of tokens to how likely a decoder finds them.
 *
 * @param tokens where the tokens of rows come from
 * @param stride tokens from one window to the next in a long row
 * @param told what the result has besides
 * @param batchTokens token budget of a batch
 */
record ScorePlan(ModelReference model, TokenSource tokens, int stride, Told told, int batchTokens)
    implements RowTransform<ScoredRow> {

  /**
   * What is told of a row on request.
   *
   * @param nextTokens how many tokens that may follow the last one
   * @param tokenLogProbabilities whether the value of each token
   */
  record Told(int nextTokens, boolean tokenLogProbabilities) implements java.io.Serializable {

    /**
     * Token_count, log_likelihood, perplexity, which is null for a row of one token; on request
     * token_log_probabilities and next_tokens.
     */
    StructType added() {
      StructType added =
          new StructType()
              .add("token_count", DataTypes.IntegerType, false)
              .add("log_likelihood", DataTypes.DoubleType, false)
              .add("perplexity", DataTypes.DoubleType, true);
      if (tokenLogProbabilities) {
        added =
            added.add(
                "token_log_probabilities",
                DataTypes.createArrayType(DataTypes.FloatType, false),
                false);
      }
      if (nextTokens > 0) {
        StructType token =
            new StructType()
                .add("token_id", DataTypes.IntegerType, false)
                .add("log_probability", DataTypes.FloatType, false);
        added = added.add("next_tokens", DataTypes.createArrayType(token, false), false);
      }
      return added;
    }

    /** The values of {@link #added}. */
    Object[] values(ScoredRow scored) {
      List<Object> values = new ArrayList<>();
      values.add(scored.tokenCount());
      values.add(scored.logLikelihood());
      values.add(scored.tokenCount() == 1 ? null : scored.perplexity());
      if (tokenLogProbabilities) {
        values.add(scored.logProbabilities());
      }
      if (nextTokens > 0) {
        values.add(
            scored.nextTokens().stream()
                .map(token -> RowFactory.create(token.id(), token.logProbability()))
                .toArray(Row[]::new));
      }
      return values.toArray();
    }
  }

  @Override
  public StructType added() {
    return told.added();
  }

  @Override
  public TaskComputation<ScoredRow> open() {
    LoadedModel loaded = ExecutorModels.get(model);
    KernelProvider.requireDenormals();
    return new Computation(
        this,
        loaded,
        new ScoringBatches(
            new ScoringEngine(
                loaded.predictor(), loaded.kernels(), stride, batchTokens, told.nextTokens())));
  }

  /** Scores the rows of one task. */
  private static final class Computation extends BatchedComputation<RowTokens, ScoredRow> {
    private final ScorePlan plan;
    private final TokenSource.Reader reader;

    Computation(ScorePlan plan, LoadedModel model, ScoringBatches batches) {
      super(batches);
      this.plan = plan;
      this.reader = plan.tokens.reader(model);
    }

    @Override
    protected Rejectable<RowTokens> read(RowValues row) {
      return reader.tokens(row);
    }

    @Override
    public int tokens(ScoredRow scored) {
      return scored.tokenCount();
    }

    @Override
    public Object[] values(RowValues row, ScoredRow scored) {
      return plan.told.values(scored);
    }

    @Override
    public Optional<KernelUse> kernels() {
      return Optional.of(ExecutorModels.use(plan.model));
    }
  }
}
