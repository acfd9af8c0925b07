package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.tensor.Matrix;

/**
 * The two fully connected layers of a block, the hidden one wider and with an activation.
 *
 * @param intermediate D to the wider width
 * @param output the wider width to D
 */
public record FeedForward(Kernels kernels, Linear intermediate, Linear output) {

  /** {@code [T, D]} to {@code [T, D]}. */
  void forward(Matrix hidden, Matrix transformed, Workspace workspace) {
    kernels.linearTwice(
        hidden, intermediate.projection(), output.projection(), transformed, workspace.scratch());
  }
}
