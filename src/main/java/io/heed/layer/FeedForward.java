package io.heed.layer;

import io.heed.kernel.Matrices;
import io.heed.tensor.Matrix;

/** The fully connected layers of a block, the hidden one wider and with an activation. */
public sealed interface FeedForward {

  /** {@code [T, D]} to {@code [T, D]}. */
  void forward(Matrix hidden, Matrix transformed, Workspace workspace);

  /**
   * Two layers, one after the other.
   *
   * @param intermediate D to the wider width
   * @param output the wider width to D
   */
  record Plain(Matrices kernels, Linear intermediate, Linear output) implements FeedForward {

    @Override
    public void forward(Matrix hidden, Matrix transformed, Workspace workspace) {
      kernels.linearTwice(
          hidden, intermediate.projection(), output.projection(), transformed, workspace.scratch());
    }
  }

  /**
   * The hidden layer is the product of two (Shazeer, 2020), one of them with the activation: {@code
   * output(gate(x) · intermediate(x))}.
   *
   * @param gate D to the wider width, with the activation
   * @param intermediate D to the wider width
   * @param output the wider width to D
   */
  record Gated(Matrices kernels, Linear gate, Linear intermediate, Linear output)
      implements FeedForward {

    @Override
    public void forward(Matrix hidden, Matrix transformed, Workspace workspace) {
      kernels.linearGated(
          hidden,
          gate.projection(),
          intermediate.projection(),
          output.projection(),
          transformed,
          workspace.scratch());
    }
  }
}
