package io.heed.train;

import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.CheckpointException;
import io.heed.engine.BatchComputation;
import io.heed.engine.BatchLimits;
import io.heed.engine.ModelTokenizer;
import io.heed.engine.RowTokens;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.spark.executor.ExecutorCache;
import io.heed.spark.executor.ModelLocation;
import io.heed.spark.table.BatchedComputation;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import io.heed.spark.tokens.TokenSource;
import io.heed.text.TextTokenizer;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows to the token ids that are trained on.
 *
 * @param model whose tokenizer texts are read by
 * @param vocabulary ids of the model
 */
record CorpusPlan(ModelLocation model, TokenSource tokens, int vocabulary)
    implements RowTransform<int[]> {
  private static final int BATCH_TOKENS = 1 << 16;
  private static final ExecutorCache<ModelLocation, TextTokenizer> TOKENIZERS =
      new ExecutorCache<>();

  @Override
  public StructType added() {
    return new StructType()
        .add("token_ids", DataTypes.createArrayType(DataTypes.IntegerType, false), false);
  }

  @Override
  public TaskComputation<int[]> open() {
    return new Computation(this);
  }

  private TextTokenizer tokenizer() {
    return TOKENIZERS.get(
        model,
        () -> {
          try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory())) {
            return ModelTokenizer.open(checkpoint.files());
          }
        });
  }

  /** The driver has just written it, so one that is not there is out of reach. */
  private Path directory() {
    try {
      return model.directory();
    } catch (CheckpointException e) {
      boolean isMissing = e.getCause() == null || e.getCause() instanceof FileNotFoundException;
      throw isMissing ? StateFailure.outOfReach(model.text()) : e;
    }
  }

  private record Batches(int vocabulary) implements BatchComputation<RowTokens, int[]> {

    @Override
    public BatchLimits<RowTokens> limits() {
      return BatchLimits.of(RowTokens::count, BATCH_TOKENS);
    }

    @Override
    public Optional<Rejection> check(RowTokens row) {
      return RowTokens.check(row.ids(), vocabulary);
    }

    @Override
    public List<Rejectable<int[]>> compute(List<RowTokens> rows) {
      return rows.stream().map(row -> Rejectable.of(row.ids())).toList();
    }
  }

  /** Reads the rows of one task. */
  private static final class Computation extends BatchedComputation<RowTokens, int[]> {
    private final TokenSource.Reader reader;

    Computation(CorpusPlan plan) {
      super(new Batches(plan.vocabulary));
      this.reader = plan.tokens.reader(plan::tokenizer, "", Integer.MAX_VALUE);
    }

    @Override
    protected Rejectable<RowTokens> read(RowValues row) {
      return reader.tokens(row);
    }

    @Override
    public int tokens(int[] ids) {
      return ids.length;
    }

    @Override
    public Object[] values(RowValues row, int[] ids) {
      return new Object[] {ids};
    }
  }
}
