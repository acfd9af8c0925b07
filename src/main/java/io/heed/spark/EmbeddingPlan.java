package io.heed.spark;

import io.heed.batch.PackedBatch;
import io.heed.engine.EmbeddingBatches;
import io.heed.engine.EmbeddingEngine;
import io.heed.engine.EmbeddingEngine.VectorNorm;
import io.heed.engine.LayerWeights;
import io.heed.engine.RowTokens;
import io.heed.engine.TextInput;
import io.heed.kernel.KernelProvider;
import io.heed.model.Pooling;
import io.heed.row.Rejectable;
import io.heed.spark.ExecutorModels.LoadedModel;
import io.heed.text.TokenStrings;
import java.io.Serializable;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Everything that a task needs to know to embed rows; small, and the same for all tasks.
 *
 * @param source what the rows hold
 * @param prompt put before each text
 * @param maxLength tokens after which a row is cut
 * @param batchTokens token budget of a batch
 * @param attentionLayers layers whose attention weights are told, counted from 0, in order
 */
public record EmbeddingPlan(
    ModelReference model,
    Source source,
    String prompt,
    int maxLength,
    Pooling pooling,
    VectorNorm vectorNorm,
    int batchTokens,
    List<Integer> attentionLayers)
    implements Serializable {

  /** What the rows hold. */
  public enum Source {
    /** Texts, as {@link String}. */
    TEXT,
    /** Token ids, as {@code int[]}. */
    TOKENS
  }

  /** The type of the embedding column. */
  DataType embeddingType() {
    return embeddingType(pooling);
  }

  /** The type of the embedding column with a given pooling. */
  static DataType embeddingType(Pooling pooling) {
    DataType vector = DataTypes.createArrayType(DataTypes.FloatType, false);
    return pooling == Pooling.TOKENS ? DataTypes.createArrayType(vector, false) : vector;
  }

  /** The vectors of a row as Spark takes them for {@link #embeddingType}. */
  Object embedding(float[][] vectors) {
    return pooling == Pooling.TOKENS ? vectors : vectors[0];
  }

  /** What embeds rows by this JVM's copy of the model, inside a task. */
  Embedder embedder() {
    KernelProvider.requireDenormals();
    LoadedModel loaded = ExecutorModels.get(model);
    EmbeddingEngine engine = engine(loaded).withAttention(attentionLayers);
    return new Embedder(tokenizer(loaded), new EmbeddingBatches(engine, batchTokens));
  }

  /**
   * The attention weights of one row in one layer, inside a task: the bits that {@link #embedder}
   * gives for it.
   *
   * @param inputIds as computed, special tokens included
   * @param layer counted from 0
   */
  LayerWeights attention(int[] inputIds, int layer) {
    KernelProvider.requireDenormals();
    EmbeddingEngine engine = engine(ExecutorModels.get(model)).withAttention(List.of(layer));
    return engine.session().embed(PackedBatch.of(List.of(inputIds))).attention(0).get(0);
  }

  /** What this JVM's copy of the model calls its tokens. */
  TokenStrings tokenStrings() {
    return ExecutorModels.get(model).tokenStrings();
  }

  private EmbeddingEngine engine(LoadedModel loaded) {
    return new EmbeddingEngine(loaded.model(), loaded.kernels(), pooling, vectorNorm);
  }

  /** Name of the kernels that compute in this JVM and why, separated by a colon. */
  String kernels() {
    KernelProvider.Choice choice = ExecutorModels.kernels(model.kernel());
    return choice.kernels().name() + ": " + choice.reason();
  }

  private Function<Object, Rejectable<RowTokens>> tokenizer(LoadedModel loaded) {
    if (source == Source.TOKENS) {
      return ids -> RowTokens.ofIds((int[]) ids, maxLength);
    }
    TextInput input = new TextInput(loaded.tokenizer(), prompt, maxLength);
    return text -> input.tokens((String) text);
  }
}
