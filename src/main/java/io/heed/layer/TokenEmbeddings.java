package io.heed.layer;

import io.heed.batch.PackedBatch;
import io.heed.kernel.Elements;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Optional;

/**
 * The input layer of GPT: token and position embeddings added.
 *
 * @param tokens {@code [V, D]}
 * @param positions {@code [P, D]}
 */
public record TokenEmbeddings(Elements kernels, EmbeddingTable tokens, Matrix positions) {

  /** The same as the input layer of sequences that begin at position 0. */
  public InputEmbeddings ofWholeSequences() {
    return new InputEmbeddings(
        kernels,
        tokens,
        Optional.empty(),
        Optional.of(new InputEmbeddings.Positions(positions, PositionIds.fromZero())),
        new NoNorm(kernels),
        Optional.empty());
  }

  /**
   * Fills {@code hidden} {@code [T, D]}.
   *
   * @param firstPositions {@code [B]}, position of each sequence's first token
   */
  public void forward(PackedBatch batch, int[] firstPositions, Matrix hidden) {
    tokens.gather(batch.inputIds(), batch.tokens(), hidden.data(), hidden.offset());
    for (int s = 0; s < batch.sequences(); s++) {
      int from = batch.cumulativeLengths()[s];
      int first = firstPositions[s];
      kernels.add(
          positions.rows(first, first + batch.length(s)),
          hidden.rows(from, from + batch.length(s)));
    }
  }
}
