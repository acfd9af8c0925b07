package io.heed.layer;

import io.heed.kernel.Elements;
import io.heed.tensor.Matrix;

/** What stands where other models have a norm. */
public record NoNorm(Elements kernels) implements Norm {

  @Override
  public void forward(Matrix hidden, Matrix normalized, Workspace workspace) {
    if (hidden == normalized) {
      return;
    }
    for (int t = 0; t < hidden.rows(); t++) {
      System.arraycopy(
          hidden.data(), hidden.index(t), normalized.data(), normalized.index(t), hidden.columns());
    }
  }

  @Override
  public void addAndNormalize(Matrix branch, Matrix hidden, Workspace workspace) {
    kernels.add(branch, hidden);
  }
}
