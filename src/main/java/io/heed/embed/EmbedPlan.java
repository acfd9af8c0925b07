package io.heed.embed;

import io.heed.batch.PackedBatch;
import io.heed.engine.EmbeddedRow;
import io.heed.engine.EmbeddingBatches;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.LayerWeights;
import io.heed.engine.RowTokens;
import io.heed.engine.VectorEnding;
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
import io.heed.spark.table.VectorType;
import io.heed.spark.tokens.TokenSource;
import io.heed.text.TokenStrings;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of tokens to embeddings.
 *
 * @param tokens where the tokens of rows come from
 * @param prompt put before each text
 * @param maxLength tokens after which a row is cut
 * @param pooling how the tokens of a row become its vectors
 * @param ending what happens to a vector last
 * @param vectorType how vectors stand in the output
 * @param batchTokens token budget of a batch
 * @param attentionLayers layers whose attention weights are told, counted from 0, in order
 * @param vocabulary token ids are below it
 */
record EmbedPlan(
    ModelReference model,
    TokenSource tokens,
    String prompt,
    int maxLength,
    Poolings pooling,
    VectorEnding ending,
    VectorType vectorType,
    int batchTokens,
    List<Integer> attentionLayers,
    int vocabulary)
    implements RowTransform<EmbeddedRow> {

  /**
   * Embedding, token_count, truncated; with attention layers also tokens and attention, whose
   * weights are {@code [H][T][T]}.
   */
  @Override
  public StructType added() {
    return added(pooling, vectorType, !attentionLayers.isEmpty());
  }

  static StructType added(Poolings pooling, VectorType vectorType, boolean withAttention) {
    DataType embedding = pooling.ofTokens() ? vectorType.severalType() : vectorType.type();
    StructType added =
        new StructType()
            .add("embedding", embedding, false)
            .add("token_count", DataTypes.IntegerType, false)
            .add("truncated", DataTypes.BooleanType, false);
    return withAttention
        ? added
            .add("tokens", DataTypes.createArrayType(DataTypes.StringType, false), false)
            .add("attention", attentionType(), false)
        : added;
  }

  private static DataType attentionType() {
    DataType weights = DataTypes.FloatType;
    for (int dimension = 0; dimension < 3; dimension++) {
      weights = DataTypes.createArrayType(weights, false);
    }
    return DataTypes.createArrayType(
        new StructType().add("layer", DataTypes.IntegerType, false).add("weights", weights, false),
        false);
  }

  @Override
  public TaskComputation<EmbeddedRow> open() {
    KernelProvider.requireDenormals();
    LoadedModel loaded = ExecutorModels.get(model);
    EmbeddingEngine engine = engine(loaded).withAttention(attentionLayers);
    return new Computation(this, loaded, new EmbeddingBatches(engine, batchTokens));
  }

  /**
   * The attention weights of one row in one layer, inside a task: the bits that {@link #open} gives
   * for it.
   *
   * @param inputIds as computed, special tokens included
   * @param types of these tokens; none where all are of type 0
   * @param layer counted from 0
   */
  LayerWeights attention(int[] inputIds, int[] types, int layer) {
    KernelProvider.requireDenormals();
    EmbeddingEngine engine = engine(ExecutorModels.get(model)).withAttention(List.of(layer));
    PackedBatch batch = PackedBatch.of(List.of(inputIds));
    return engine
        .session()
        .embed(types.length == 0 ? batch : batch.withTokenTypeIds(List.of(types)))
        .attention(0)
        .get(0);
  }

  /** What this JVM's copy of the model calls its tokens. */
  TokenStrings tokenStrings() {
    return ExecutorModels.get(model).tokenStrings();
  }

  private EmbeddingEngine engine(LoadedModel loaded) {
    return new EmbeddingEngine(loaded.encoder(pooling, ending), loaded.kernels());
  }

  /** Embeds the rows of one task. */
  private static final class Computation extends BatchedComputation<RowTokens, EmbeddedRow> {
    private final EmbedPlan plan;
    private final LoadedModel model;
    private final TokenSource.Reader reader;
    private TokenStrings tokenStrings;

    Computation(EmbedPlan plan, LoadedModel model, EmbeddingBatches batches) {
      super(batches);
      this.plan = plan;
      this.model = model;
      this.reader = plan.tokens.reader(model, plan.prompt, plan.maxLength);
    }

    @Override
    protected Rejectable<RowTokens> read(RowValues row) {
      return reader.tokens(row);
    }

    @Override
    public int tokens(EmbeddedRow embedded) {
      return embedded.tokens().count();
    }

    @Override
    public boolean truncated(EmbeddedRow embedded) {
      return embedded.tokens().truncated();
    }

    @Override
    public Object[] values(RowValues row, EmbeddedRow embedded) {
      RowTokens tokens = embedded.tokens();
      Object embedding = embedding(embedded.vectors());
      if (plan.attentionLayers.isEmpty()) {
        return new Object[] {embedding, tokens.count(), tokens.truncated()};
      }
      return new Object[] {
        embedding,
        tokens.count(),
        tokens.truncated(),
        strings(tokens.ids()),
        embedded.attention().stream().map(Computation::weights).toArray(Row[]::new)
      };
    }

    private Object embedding(float[][] vectors) {
      return plan.pooling.ofTokens()
          ? plan.vectorType.values(vectors)
          : plan.vectorType.value(vectors[0]);
    }

    private String[] strings(int[] ids) {
      if (tokenStrings == null) {
        tokenStrings = model.tokenStrings();
      }
      return tokenStrings.strings(ids);
    }

    /** Layers are counted from 1 outside of the program. */
    private static Row weights(LayerWeights weights) {
      return RowFactory.create(weights.layer() + 1, weights.toArrays());
    }

    @Override
    public Optional<KernelUse> kernels() {
      return Optional.of(ExecutorModels.use(plan.model));
    }
  }
}
