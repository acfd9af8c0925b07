package io.heed.spark;

import io.heed.batch.PackedBatch;
import io.heed.engine.EmbeddingBatches;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.EmbeddingEngine.VectorNorm;
import io.heed.engine.LayerWeights;
import io.heed.kernel.KernelProvider;
import io.heed.layer.Pooling;
import io.heed.spark.ExecutorModels.LoadedModel;
import io.heed.text.TokenStrings;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;

/**
 * Everything that a task needs to know to embed rows; small, and the same for all tasks.
 *
 * @param tokens where the tokens of rows come from
 * @param vectorType how vectors stand in the output
 * @param batchTokens token budget of a batch
 * @param attentionLayers layers whose attention weights are told, counted from 0, in order
 */
public record EmbeddingPlan(
    ModelReference model,
    TokenSource tokens,
    Pooling pooling,
    VectorNorm vectorNorm,
    VectorType vectorType,
    int batchTokens,
    List<Integer> attentionLayers)
    implements Serializable {

  /** The type of the embedding column. */
  DataType embeddingType() {
    return embeddingType(pooling, vectorType);
  }

  /** The type of the embedding column with a given pooling. */
  static DataType embeddingType(Pooling pooling, VectorType vectorType) {
    return pooling == Pooling.TOKENS ? vectorType.severalType() : vectorType.type();
  }

  /** The vectors of a row as Spark takes them for {@link #embeddingType}. */
  Object embedding(float[][] vectors) {
    return pooling == Pooling.TOKENS ? vectorType.values(vectors) : vectorType.value(vectors[0]);
  }

  /** What embeds rows by this JVM's copy of the model, inside a task. */
  Embedder embedder() {
    KernelProvider.requireDenormals();
    LoadedModel loaded = ExecutorModels.get(model);
    EmbeddingEngine engine = engine(loaded).withAttention(attentionLayers);
    return new Embedder(tokens.reader(loaded), new EmbeddingBatches(engine, batchTokens));
  }

  /**
   * The attention weights of one row in one layer, inside a task: the bits that {@link #embedder}
   * gives for it.
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
    return new EmbeddingEngine(loaded.encoder(pooling, vectorNorm), loaded.kernels());
  }

  /** The kernels that compute in this JVM. */
  KernelUse kernels() {
    return model.kernels();
  }
}
