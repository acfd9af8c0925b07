package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Locale;

/** Weights of a linear map in the order of {@link Panels}, the last panel padded with zeros. */
final class PanelMatrix implements PackedMatrix {
  private final float[] panels;
  private final int outputs;
  private final int inputs;
  private final int panelWidth;

  PanelMatrix(int outputs, int inputs, int panelWidth) {
    if (outputs < 1 || inputs < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a map of %d values to %d has nothing to multiply", inputs, outputs));
    }
    this.outputs = outputs;
    this.inputs = inputs;
    this.panelWidth = panelWidth;
    this.panels = new float[Panels.size(outputs, inputs, panelWidth)];
  }

  /**
   * The panels of weights that kernels get.
   *
   * @throws IllegalArgumentException when other kernels made them
   */
  static PanelMatrix of(PackedMatrix weights) {
    if (weights instanceof PanelMatrix panels) {
      return panels;
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "weights of the class %s come from other kernels, these pack them in panels",
            weights.getClass().getName()));
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public long bytes() {
    return panels.length * (long) Float.BYTES;
  }

  int panelWidth() {
    return panelWidth;
  }

  float[] panels() {
    return panels;
  }

  /** Writes {@code weights} {@code [n, inputs]} as the outputs from {@code firstOutput} on. */
  void pack(Matrix weights, int firstOutput) {
    Shapes.checkPack(weights, this, firstOutput);
    Panels.packRows(
        weights.data(),
        weights.offset(),
        weights.stride(),
        weights.rows(),
        inputs,
        panels,
        firstOutput,
        panelWidth);
  }

  /** Writes {@code weights} {@code [inputs, n]} as the outputs from {@code firstOutput} on. */
  void packTransposed(Matrix weights, int firstOutput) {
    Shapes.checkPackTransposed(weights, this, firstOutput);
    Panels.packColumns(
        weights.data(),
        weights.offset(),
        weights.stride(),
        inputs,
        weights.columns(),
        panels,
        firstOutput,
        panelWidth);
  }

  /** Copies the weights of one output to {@code target} from {@code at} on. */
  void copyRow(int output, float[] target, int at) {
    int column = output % panelWidth;
    int from = Panels.at(output - column, inputs) + column;
    for (int k = 0; k < inputs; k++) {
      target[at + k] = panels[from + k * panelWidth];
    }
  }
}
