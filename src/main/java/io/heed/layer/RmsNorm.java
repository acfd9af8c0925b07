package io.heed.layer;

import io.heed.kernel.Elements;
import io.heed.kernel.Norms;
import io.heed.kernel.RmsNormalization;
import io.heed.tensor.Matrix;

/**
 * Normalisation by the root mean square (Zhang and Sennrich, 2019).
 *
 * @param elements what adds before the norm
 */
public record RmsNorm(Norms kernels, Elements elements, RmsNormalization normalization)
    implements Norm {

  @Override
  public void forward(Matrix hidden, Matrix normalized, Workspace workspace) {
    kernels.rmsNorm(hidden, normalization, normalized, workspace.scratch());
  }

  @Override
  public void addAndNormalize(Matrix branch, Matrix hidden, Workspace workspace) {
    elements.add(branch, hidden);
    forward(hidden, hidden, workspace);
  }
}
