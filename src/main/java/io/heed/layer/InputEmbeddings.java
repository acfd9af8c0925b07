package io.heed.layer;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Elements;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Optional;

/**
 * The input layer of BERT and its kin: word, token type and position embeddings added in this
 * order, as far as there are such, then normalised, and mapped to the width of the blocks where
 * that is another.
 *
 * @param words {@code [V, E]}
 * @param types {@code [token types, E]}, where the model tells segments apart
 * @param positions where they are embedded
 * @param norm of E values
 * @param projection E to D; where there is none, E is D
 */
public record InputEmbeddings(
    Elements kernels,
    EmbeddingTable words,
    Optional<Matrix> types,
    Optional<Positions> positions,
    Norm norm,
    Optional<Linear> projection) {

  /**
   * What is added for the position of a token.
   *
   * @param table {@code [P, E]}
   * @param ids which of its rows a token takes
   */
  public record Positions(Matrix table, PositionIds ids) {}

  /** Embeddings of the width of the blocks, to which no positions are added. */
  public static InputEmbeddings withoutPositions(
      EmbeddingTable words, Optional<Matrix> types, Norm norm, Elements kernels) {
    return new InputEmbeddings(kernels, words, types, Optional.empty(), norm, Optional.empty());
  }

  /** Fills {@code hidden} {@code [T, D]}. */
  public void forward(PackedBatch batch, Matrix hidden, Workspace workspace) {
    Matrix embedded =
        projection.isEmpty()
            ? hidden
            : workspace.matrix(Buffer.NORMALIZED, batch.tokens(), words.columns());
    words.gather(batch.inputIds(), batch.tokens(), embedded.data(), embedded.offset());
    types.ifPresent(table -> kernels.addRows(table, types(batch), embedded));
    positions.ifPresent(some -> kernels.addRows(some.table(), some.ids().of(batch), embedded));
    norm.forward(embedded, embedded, workspace);
    projection.ifPresent(map -> map.forward(embedded, hidden, workspace));
  }

  private static int[] types(PackedBatch batch) {
    return batch.tokenTypeIds().orElseGet(() -> new int[batch.tokens()]);
  }
}
