package io.heed.classify;

import io.heed.engine.ClassScores;
import io.heed.engine.ClassifiedRow;
import io.heed.engine.ClassifyingBatches;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.RowTokens;
import io.heed.engine.VectorEnding;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.input.RowValues;
import io.heed.kernel.KernelProvider;
import io.heed.layer.Poolings;
import io.heed.row.Rejectable;
import io.heed.spark.executor.ExecutorModels;
import io.heed.spark.executor.ExecutorModels.LoadedModel;
import io.heed.spark.executor.KernelUse;
import io.heed.spark.executor.ModelReference;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import io.heed.spark.tokens.TokenSource;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of tokens to classes.
 *
 * @param tokens where the tokens of rows come from
 * @param maxLength tokens after which a row is cut
 * @param pooling which vector of a row its classes are told by
 * @param scores how logits become scores
 * @param told what the result has
 * @param batchTokens token budget of a batch
 */
record ClassifyPlan(
    ModelReference model,
    TokenSource tokens,
    int maxLength,
    Poolings pooling,
    ClassScores scores,
    Told told,
    int batchTokens)
    implements RowTransform<ClassifiedRow> {

  /**
   * What is told of a row.
   *
   * @param labels names of the classes
   * @param logits whether theirs as well
   */
  record Told(List<String> labels, boolean logits) implements Serializable {

    /** Label, score, scores of all classes, token_count, truncated, on request logits. */
    StructType added() {
      StructType score =
          new StructType()
              .add("label", DataTypes.StringType, false)
              .add("score", DataTypes.FloatType, false);
      StructType added =
          new StructType()
              .add("label", DataTypes.StringType, false)
              .add("score", DataTypes.FloatType, false)
              .add("scores", DataTypes.createArrayType(score, false), false)
              .add("token_count", DataTypes.IntegerType, false)
              .add("truncated", DataTypes.BooleanType, false);
      return logits
          ? added.add("logits", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          : added;
    }

    /** The values of {@link #added}. */
    Object[] values(ClassifiedRow row) {
      int best = row.best();
      List<Object> values = new ArrayList<>();
      values.add(labels.get(best));
      values.add(row.scores()[best]);
      values.add(
          IntStream.range(0, labels.size())
              .mapToObj(c -> RowFactory.create(labels.get(c), row.scores()[c]))
              .toArray(Row[]::new));
      values.add(row.tokens().count());
      values.add(row.tokens().truncated());
      if (logits) {
        values.add(row.logits());
      }
      return values.toArray();
    }
  }

  @Override
  public StructType added() {
    return told.added();
  }

  @Override
  public TaskComputation<ClassifiedRow> open() {
    KernelProvider.requireDenormals();
    LoadedModel loaded = ExecutorModels.get(model);
    EmbeddingEngine engine =
        new EmbeddingEngine(
            loaded.encoder(pooling, VectorEnding.whole(VectorNorm.NONE)), loaded.kernels());
    return new Computation(this, loaded, new ClassifyingBatches(engine, scores, batchTokens));
  }

  /** Classifies the rows of one task. */
  private static final class Computation extends BatchedComputation<RowTokens, ClassifiedRow> {
    private final ClassifyPlan plan;
    private final TokenSource.Reader reader;

    Computation(ClassifyPlan plan, LoadedModel model, ClassifyingBatches batches) {
      super(batches);
      this.plan = plan;
      this.reader = plan.tokens.reader(model, "", plan.maxLength);
    }

    @Override
    protected Rejectable<RowTokens> read(RowValues row) {
      return reader.tokens(row);
    }

    @Override
    public int tokens(ClassifiedRow row) {
      return row.tokens().count();
    }

    @Override
    public boolean truncated(ClassifiedRow row) {
      return row.tokens().truncated();
    }

    @Override
    public Object[] values(RowValues row, ClassifiedRow classified) {
      return plan.told.values(classified);
    }

    @Override
    public Optional<KernelUse> kernels() {
      return Optional.of(ExecutorModels.use(plan.model));
    }
  }
}
