package io.heed.layer;

import io.heed.kernel.Normalization;
import io.heed.kernel.Norms;
import io.heed.tensor.Matrix;

/** Layer normalisation (Ba, Kiros and Hinton, 2016). */
public record LayerNorm(Norms kernels, Normalization normalization) implements Norm {

  @Override
  public void forward(Matrix hidden, Matrix normalized, Workspace workspace) {
    kernels.layerNorm(hidden, normalization, normalized, workspace.scratch());
  }

  @Override
  public void addAndNormalize(Matrix branch, Matrix hidden, Workspace workspace) {
    kernels.addLayerNorm(branch, normalization, hidden, workspace.scratch());
  }
}
