package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.kernel.Normalization;
import io.heed.tensor.Matrix;

/** Layer normalisation (Ba, Kiros and Hinton, 2016). */
public record LayerNorm(Kernels kernels, Normalization normalization) {

  /** Normalises every row of {@code hidden} {@code [T, D]} in place. */
  public void forward(Matrix hidden, Workspace workspace) {
    kernels.layerNorm(hidden, normalization, hidden, workspace.scratch());
  }

  /** {@code normalized = layerNorm(hidden)}, both {@code [T, D]}. */
  public void forward(Matrix hidden, Matrix normalized, Workspace workspace) {
    kernels.layerNorm(hidden, normalization, normalized, workspace.scratch());
  }

  /** {@code hidden = layerNorm(branch + hidden)}, both {@code [T, D]}. */
  void addAndNormalize(Matrix branch, Matrix hidden, Workspace workspace) {
    kernels.addLayerNorm(branch, normalization, hidden, workspace.scratch());
  }
}
