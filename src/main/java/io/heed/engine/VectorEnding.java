package io.heed.engine;

import io.heed.kernel.Kernels;
import io.heed.layer.Workspace;
import io.heed.tensor.Matrix;
import java.io.Serializable;
import java.util.Optional;

/**
 * What happens to a vector last.
 *
 * @param kept its first values, which are kept, or {@link #ALL}
 * @param norm what happens to these
 */
public record VectorEnding(int kept, VectorNorm norm) implements Serializable {
  private static final int ALL = Integer.MAX_VALUE;

  /** What happens to the length of a vector. */
  public enum VectorNorm {
    /** It stays. */
    NONE,
    /** It becomes 1. */
    L2
  }

  /** Whole vectors. */
  public static VectorEnding whole(VectorNorm norm) {
    return new VectorEnding(ALL, norm);
  }

  /** The first values of vectors, of a model that was trained so that these stand for all. */
  public static VectorEnding cut(Optional<Integer> kept, VectorNorm norm) {
    return new VectorEnding(kept.orElse(ALL), norm);
  }

  /** Values of a vector that had {@code inputs}. */
  public int outputs(int inputs) {
    return Math.min(kept, inputs);
  }

  /** The vectors in the end, in place. */
  Matrix of(Matrix vectors, Kernels kernels, Workspace workspace) {
    Matrix first = vectors.columns(0, outputs(vectors.columns()));
    if (norm == VectorNorm.L2) {
      kernels.normalizeRows(first, workspace.scratch());
    }
    return first;
  }
}
