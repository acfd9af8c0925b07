package io.heed.layer;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Kernels;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * The input layer of BERT: word, token type and position embeddings added, then normalised.
 *
 * @param words {@code [V, D]}
 * @param positions {@code [P, D]}
 * @param types {@code [types, D]}, of which single texts have the first
 */
public record InputEmbeddings(
    Kernels kernels, EmbeddingTable words, Matrix positions, Matrix types, LayerNorm norm) {

  /** Fills {@code hidden} {@code [T, D]}. */
  public void forward(PackedBatch batch, Matrix hidden, Workspace workspace) {
    words.gather(batch.inputIds(), batch.tokens(), hidden.data(), hidden.offset());
    float[] type = Arrays.copyOf(types.data(), types.columns());
    kernels.addEmbeddings(hidden, type, positions, batch.cumulativeLengths());
    norm.forward(hidden, workspace);
  }
}
