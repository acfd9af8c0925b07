package io.heed.layer;

import io.heed.batch.PackedBatch;
import io.heed.batch.PackedVectors;
import io.heed.kernel.Dropout;
import io.heed.kernel.Elements;
import io.heed.layer.Workspace.Buffer;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;

/**
 * The input layer of the Transformer (Vaswani et al., 2017): token embeddings times sqrt(D), plus
 * what tells positions apart. For all threads of a JVM.
 */
public final class InputLayer {
  private static final double LONGEST_WAVE = 10_000;

  /** Positions that are computed at least, once any is asked for. */
  private static final int FEWEST_POSITIONS = 128;

  private final Elements kernels;
  private final EmbeddingTable tokens;
  private final Positions form;

  /** Those of the longest sequence met so far, {@code [P, D]}. */
  private volatile Matrix positions;

  /** What is added to a token for its position. */
  public enum Positions {
    /** Nothing: attention sees a set of tokens. */
    NONE,
    /** {@code sin(p / 10000^(2i/D))} in column 2i and the cosine in column 2i + 1. */
    SINUSOIDAL
  }

  /**
   * A layer.
   *
   * @param tokens {@code [V, D]}
   */
  public InputLayer(Elements kernels, EmbeddingTable tokens, Positions form) {
    this.kernels = kernels;
    this.tokens = tokens;
    this.form = form;
    this.positions = Matrix.allocate(0, tokens.columns());
  }

  /**
   * The vectors of a batch.
   *
   * @param dropout of their values, for training
   * @return {@code [T, D]}, valid until the workspace is used again
   */
  public PackedVectors embed(PackedBatch batch, Dropout dropout, Workspace workspace) {
    Matrix hidden = workspace.matrix(Buffer.HIDDEN, batch.tokens(), tokens.columns());
    tokens.gather(batch.inputIds(), batch.tokens(), hidden.data(), hidden.offset());
    float scale = (float) Math.sqrt(tokens.columns());
    int longest = 0;
    for (int s = 0; s < batch.sequences(); s++) {
      longest = Math.max(longest, batch.length(s));
    }
    kernels.scaleAndAddPositions(hidden, scale, positions(longest), batch.cumulativeLengths());
    kernels.drop(dropout, batch.cumulativeLengths(), hidden);
    return new PackedVectors(hidden, batch.cumulativeLengths());
  }

  private Matrix positions(int longest) {
    if (positions.rows() < longest) {
      grow(longest);
    }
    return positions;
  }

  private synchronized void grow(int longest) {
    int known = positions.rows();
    if (known >= longest) {
      return;
    }
    int most = (Integer.MAX_VALUE - Long.BYTES) / tokens.columns();
    long wanted = Math.max(FEWEST_POSITIONS, Math.max(longest, 2L * known));
    Matrix grown =
        Matrix.allocate((int) Math.max(longest, Math.min(wanted, most)), tokens.columns());
    System.arraycopy(positions.data(), 0, grown.data(), 0, positions.data().length);
    if (form == Positions.SINUSOIDAL) {
      addWaves(grown, known);
    }
    positions = grown;
  }

  /** Computed in double by functions that are exact alike on every machine, rounded once. */
  private static void addWaves(Matrix positions, int from) {
    int width = positions.columns();
    for (int i = 0; i < width; i++) {
      double wave = StrictMath.pow(LONGEST_WAVE, (i - i % 2) / (double) width);
      for (int p = from; p < positions.rows(); p++) {
        double angle = p / wave;
        double value = i % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle);
        positions.data()[positions.index(p) + i] = (float) value;
      }
    }
  }
}
