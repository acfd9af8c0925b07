package io.heed.architecture;

import io.heed.layer.InputEmbeddings;
import io.heed.layer.Norm;
import io.heed.layer.Weights;
import io.heed.model.ModelSpec;

/** The embeddings of families that have those of BERT, without positions. */
final class BertEmbeddings {
  private BertEmbeddings() {}

  /**
   * Words and token types.
   *
   * @param weights the scope in which {@code embeddings} stands
   */
  static InputEmbeddings withoutPositions(Weights weights, ModelSpec spec, Norm norm) {
    Weights tables = weights.in("embeddings");
    return InputEmbeddings.withoutPositions(
        tables.table("word_embeddings", spec.vocabulary(), spec.width()),
        tables.tokenTypes("token_type_embeddings", spec.tokenTypes(), spec.width()),
        norm,
        weights.kernels());
  }
}
