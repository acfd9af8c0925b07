package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/** Products of pairs of matrices, the right one of each packed before all rows pass over it. */
final class SimdProduct {
  private static final SimdTiles TILES = SimdAttention.TILES;
  private static final int PANEL = TILES.width();

  private SimdProduct() {}

  /** {@code output_i = left_i · right_i} for {@code n} pairs, one below the other. */
  static void apply(Matrix left, Matrix right, int n, Matrix output, Scratch scratch) {
    int depth = left.columns();
    int columns = right.columns();
    float[] panels = scratch.values(Panels.size(columns, depth, PANEL));
    for (int i = 0; i < n; i++) {
      int rows = left.rows() / n;
      int at = right.index(i * depth);
      Panels.packColumns(right.data(), at, right.stride(), depth, columns, panels, PANEL);
      multiply(
          left.rows(i * rows, (i + 1) * rows),
          panels,
          output.rows(i * rows, (i + 1) * rows),
          scratch);
    }
  }

  private static void multiply(Matrix left, float[] panels, Matrix output, Scratch scratch) {
    int depth = left.columns();
    for (int j = 0; j < output.columns(); j += PANEL) {
      TILES.multiply(
          left.rows(),
          Math.min(PANEL, output.columns() - j),
          0,
          depth,
          left.data(),
          left.offset(),
          left.stride(),
          panels,
          Panels.at(j, depth),
          output.data(),
          output.offset() + j,
          output.stride(),
          scratch);
    }
    for (int i = 0; i < output.rows() && depth == 0; i++) {
      int at = output.index(i);
      Arrays.fill(output.data(), at, at + output.columns(), 0f);
    }
  }
}
