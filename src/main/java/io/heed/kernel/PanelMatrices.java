package io.heed.kernel;

import io.heed.tensor.Matrix;

/** What is done with weights in panels beside multiplying. */
abstract class PanelMatrices implements Matrices {

  /** Columns of a panel of these kernels, in a map to so many values. */
  abstract int panelWidth(int outputs);

  @Override
  public final PackedMatrix allocate(int outputs, int inputs) {
    return new PanelMatrix(outputs, inputs, panelWidth(outputs));
  }

  @Override
  public final void pack(Matrix weights, PackedMatrix target, int firstOutput) {
    own(target).pack(weights, firstOutput);
  }

  @Override
  public final void packTransposed(Matrix weights, PackedMatrix target, int firstOutput) {
    own(target).packTransposed(weights, firstOutput);
  }

  @Override
  public final void gather(PackedMatrix weights, int[] rows, int count, Matrix output) {
    PanelMatrix panels = own(weights);
    Shapes.checkGather(panels, rows, count, output);
    for (int i = 0; i < count; i++) {
      panels.copyRow(rows[i], output.data(), output.index(i));
    }
  }

  /**
   * The panels of weights.
   *
   * @throws IllegalArgumentException when other kernels made them
   */
  final PanelMatrix own(PackedMatrix weights) {
    PanelMatrix panels = PanelMatrix.of(weights);
    int width = panelWidth(panels.outputs());
    Shapes.require(
        panels.panelWidth() == width,
        "weights in panels of %d come from other kernels, these use panels of %d",
        panels.panelWidth(),
        width);
    return panels;
  }
}
