package io.heed.kernel;

import io.heed.tensor.Matrix;

/** Products in tiles. */
final class SimdMatrices extends PanelMatrices {

  @Override
  int panelWidth(int outputs) {
    return SimdLinear.TILES.width();
  }

  @Override
  public void linear(Matrix input, Projection projection, Matrix output, Scratch scratch) {
    Shapes.checkLinear(input, projection, output);
    map(projection, scratch).apply(input, output);
  }

  @Override
  public void linearTwice(
      Matrix input, Projection inner, Projection outer, Matrix output, Scratch scratch) {
    Shapes.checkLinearTwice(input, inner, outer, output);
    map(inner, scratch).applyThen(map(outer, scratch), input, output);
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
    map(inner, scratch).applyGatedThen(map(gate, scratch), map(outer, scratch), input, output);
  }

  private SimdLinear map(Projection projection, Scratch scratch) {
    return new SimdLinear(projection, own(projection.weights()), scratch);
  }

  @Override
  public void multiplyBatch(Matrix left, Matrix right, int n, Matrix output, Scratch scratch) {
    Shapes.checkBatch(left, right, n, output);
    SimdProduct.apply(left, right, n, output, scratch);
  }
}
