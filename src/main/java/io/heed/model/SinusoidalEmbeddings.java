package io.heed.model;

import io.heed.batch.PackedBatch;
import io.heed.batch.PackedVectors;
import io.heed.checkpoint.EmbeddingTable;
import io.heed.kernel.Dropout;
import io.heed.kernel.Kernels;
import io.heed.model.Workspace.Buffer;
import io.heed.tensor.Matrix;

/**
 * The input layer of the Transformer (Vaswani et al., 2017): token embeddings times sqrt(D), plus
 * sines and cosines of the position, {@code sin(p / 10000^(2i/D))} in column 2i and the cosine in
 * column 2i + 1. Immutable, and for all threads of a JVM.
 */
public final class SinusoidalEmbeddings {
  private static final double LONGEST_WAVE = 10_000;

  private final Kernels kernels;
  private final EmbeddingTable tokens;
  private final Matrix positions;

  /**
   * A layer.
   *
   * @param tokens {@code [V, D]}
   * @param longest tokens in the longest sequence
   */
  public SinusoidalEmbeddings(Kernels kernels, EmbeddingTable tokens, int longest) {
    this.kernels = kernels;
    this.tokens = tokens;
    this.positions = positions(longest, tokens.columns());
  }

  /** Computed in double by functions that are exact alike on every machine, rounded once. */
  private static Matrix positions(int longest, int width) {
    Matrix positions = Matrix.allocate(longest, width);
    for (int p = 0; p < longest; p++) {
      for (int i = 0; i < width; i++) {
        double angle = p / StrictMath.pow(LONGEST_WAVE, (i - i % 2) / (double) width);
        double value = i % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle);
        positions.data()[positions.index(p) + i] = (float) value;
      }
    }
    return positions;
  }

  /**
   * The vectors of a batch.
   *
   * @param dropout of their values, for training
   * @return {@code [T, D]}, valid until the workspace is used again
   */
  public PackedVectors embed(PackedBatch batch, Dropout dropout, Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), positions.columns());
    tokens.gather(batch.inputIds(), batch.tokens(), hidden.data(), hidden.offset());
    float scale = (float) Math.sqrt(positions.columns());
    kernels.scaleAndAddPositions(hidden, scale, positions, batch.cumulativeLengths());
    for (int s = 0; s < batch.sequences(); s++) {
      int first = batch.cumulativeLengths()[s];
      for (int t = 0; t < batch.length(s); t++) {
        dropout.apply(s, 0, t, hidden.data(), hidden.index(first + t), hidden.columns());
      }
    }
    return new PackedVectors(hidden, batch.cumulativeLengths());
  }
}
