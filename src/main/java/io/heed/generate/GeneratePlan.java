package io.heed.generate;

import io.heed.engine.Continuation;
import io.heed.engine.GenerationEngine;
import io.heed.engine.GenerationStream;
import io.heed.engine.OutcomeStream;
import io.heed.engine.Prompt;
import io.heed.engine.Sampling;
import io.heed.engine.StopRule;
import io.heed.input.RowValues;
import io.heed.kernel.KernelProvider;
import io.heed.row.Rejectable;
import io.heed.spark.executor.ExecutorModels;
import io.heed.spark.executor.ExecutorModels.LoadedModel;
import io.heed.spark.executor.KernelUse;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowKey;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import io.heed.spark.tokens.TokenSource;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of tokens to what a decoder continues them with.
 *
 * @param tokens where the tokens of rows come from
 * @param continued what rows go on as
 * @param sampling how tokens are chosen
 * @param stop what ends a row
 * @param maxNewTokens the most tokens that are generated for a row
 * @param cachePlaces tokens that the cache of a task has room for
 * @param batchTokens tokens that pass through the model together
 */
record GeneratePlan(
    ModelReference model,
    TokenSource tokens,
    Continued continued,
    Choice sampling,
    Stop stop,
    int maxNewTokens,
    int cachePlaces,
    int batchTokens)
    implements RowTransform<Continuation> {

  /** {@link Sampling} as it travels. */
  record Choice(double temperature, int topK, double topP, long seed) implements Serializable {
    Sampling sampling() {
      return new Sampling(temperature, topK, topP, seed);
    }
  }

  /**
   * What ends a row.
   *
   * @param endOfText tokens by which the model ends a text
   * @param tokens other tokens that do
   * @param texts texts that do
   */
  record Stop(Set<Integer> endOfText, Set<Integer> tokens, List<String> texts)
      implements Serializable {}

  /** Generated_ids, what {@link Continued} adds, finish_reason. */
  @Override
  public StructType added() {
    return added(continued);
  }

  static StructType added(Continued continued) {
    StructType added =
        new StructType()
            .add("generated_ids", DataTypes.createArrayType(DataTypes.IntegerType, false), false);
    for (StructField field : continued.added().fields()) {
      added = added.add(field);
    }
    return added.add("finish_reason", DataTypes.StringType, false);
  }

  @Override
  public TaskComputation<Continuation> open() {
    LoadedModel loaded = ExecutorModels.get(model);
    KernelProvider.requireDenormals();
    return new Computation(this, engine(loaded), tokens.reader(loaded));
  }

  private GenerationEngine engine(LoadedModel loaded) {
    StopRule rule =
        new StopRule(
            stop.endOfText,
            stop.tokens,
            stop.texts,
            continued.hasText() ? Optional.of(loaded.tokenizer()) : Optional.empty());
    return new GenerationEngine(
        loaded.predictor(),
        loaded.kernels(),
        sampling.sampling(),
        rule,
        continued.allowed(loaded.model().spec().vocabulary()),
        maxNewTokens,
        cachePlaces,
        batchTokens);
  }

  /** Continues the rows of one task. */
  private record Computation(GeneratePlan plan, GenerationEngine engine, TokenSource.Reader reader)
      implements TaskComputation<Continuation> {

    @Override
    public <W extends RowValues> OutcomeStream<W, Continuation> outcomes(Iterator<W> rows) {
      return new GenerationStream<>(rows, this::prompt, RowValues::bytes, engine);
    }

    private Rejectable<Prompt> prompt(RowValues row) {
      return BatchedComputation.usable(row)
          .then(reader::tokens)
          .then(read -> Rejectable.of(new Prompt(read.ids(), RowKey.of(row.id()))));
    }

    @Override
    public int tokens(Continuation continuation) {
      return continuation.promptTokens() + continuation.ids().length;
    }

    @Override
    public Object[] values(RowValues row, Continuation continuation) {
      return Stream.of(
              new Object[] {continuation.ids()},
              plan.continued.values(row, continuation),
              new Object[] {continuation.finishReason().code()})
          .flatMap(Stream::of)
          .toArray();
    }

    @Override
    public Optional<KernelUse> kernels() {
      return Optional.of(ExecutorModels.use(plan.model));
    }
  }
}
