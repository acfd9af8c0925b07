package io.heed.kernel;

import io.heed.tensor.Matrix;

/** Products in plain Java: one chain of fused multiply-adds for each element. */
final class ReferenceMatrices extends PanelMatrices {
  private final Elements elements = new ReferenceElements();

  /** One panel holds all outputs: row k of the panel is the weights of input k. */
  @Override
  int panelWidth(int outputs) {
    return Math.max(1, outputs);
  }

  @Override
  public void linear(Matrix input, Projection projection, Matrix output, Scratch scratch) {
    Shapes.checkLinear(input, projection, output);
    PanelMatrix packed = own(projection.weights());
    int width = packed.panelWidth();
    Matrix weights =
        new Matrix(packed.panels(), Panels.ORIGIN, packed.inputs(), packed.outputs(), width);
    float[] y = output.data();
    for (int t = 0; t < input.rows(); t++) {
      int at = output.index(t);
      System.arraycopy(projection.bias(), 0, y, at, packed.outputs());
      ReferenceProduct.addProduct(input.data(), input.index(t), weights, y, at, scratch);
    }
    elements.activate(projection.activation(), output);
  }

  @Override
  public void linearTwice(
      Matrix input, Projection inner, Projection outer, Matrix output, Scratch scratch) {
    Shapes.checkLinearTwice(input, inner, outer, output);
    for (int t = 0; t < input.rows(); t++) {
      Matrix between = scratch.between(1, inner.weights().outputs());
      linear(input.rows(t, t + 1), inner, between, scratch);
      linear(between, outer, output.rows(t, t + 1), scratch);
    }
  }

  @Override
  public void linearGated(
      Matrix input,
      Projection gate,
      Projection inner,
      Projection outer,
      Matrix output,
      Scratch scratch) {
    Shapes.checkLinearGated(input, gate, inner, outer, output);
    for (int t = 0; t < input.rows(); t++) {
      Matrix factors = scratch.gate(1, gate.weights().outputs());
      Matrix between = scratch.between(1, inner.weights().outputs());
      linear(input.rows(t, t + 1), gate, factors, scratch);
      linear(input.rows(t, t + 1), inner, between, scratch);
      elements.multiply(factors, between);
      linear(between, outer, output.rows(t, t + 1), scratch);
    }
  }

  @Override
  public void multiplyBatch(Matrix left, Matrix right, int n, Matrix output, Scratch scratch) {
    Shapes.checkBatch(left, right, n, output);
    int depth = left.columns();
    for (int i = 0; i < left.rows(); i++) {
      int first = i / (left.rows() / n) * depth;
      Matrix matrix = right.rows(first, first + depth);
      ReferenceProduct.multiplyRow(
          left.data(), left.index(i), matrix, output.data(), output.index(i), scratch);
    }
  }
}
