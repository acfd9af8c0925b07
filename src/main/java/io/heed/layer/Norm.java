package io.heed.layer;

import io.heed.tensor.Matrix;

/** What scales every hidden state by itself. */
public interface Norm {

  /** {@code normalized = norm(hidden)}, both {@code [T, D]}, which may be the same. */
  void forward(Matrix hidden, Matrix normalized, Workspace workspace);

  /** {@code hidden = norm(branch + hidden)}, both {@code [T, D]}. */
  void addAndNormalize(Matrix branch, Matrix hidden, Workspace workspace);
}
