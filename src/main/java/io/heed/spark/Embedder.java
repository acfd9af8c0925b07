package io.heed.spark;

import io.heed.engine.EmbeddingBatches;
import io.heed.engine.RowTokens;
import io.heed.row.Rejectable;
import java.util.function.Function;

/**
 * What a task embeds rows with.
 *
 * @param tokenizer gives the tokens of a row's value, a {@code String} or an {@code int[]}, or null
 */
record Embedder(Function<Object, Rejectable<RowTokens>> tokenizer, EmbeddingBatches batches) {

  Rejectable<RowTokens> tokens(Object value) {
    return tokenizer.apply(value);
  }
}
