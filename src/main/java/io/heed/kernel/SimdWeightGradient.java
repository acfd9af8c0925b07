package io.heed.kernel;

import static io.heed.kernel.SimdLanes.REGISTERS;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * Gradients of weights, one block of tokens after the other. Both operands are packed just before
 * use: what comes out of the map for the whole block, what goes into it slab by slab, so that a
 * slab stays in the second cache while all panels of the other operand pass over it.
 */
final class SimdWeightGradient {
  private static final SimdWeightTiles TILES =
      REGISTERS >= 32 ? new SimdWeightTiles8x3() : new SimdWeightTiles4x2();

  /** Columns of the input in a slab, a multiple of a panel. */
  private static final int SLAB = 144;

  private final Matrix input;
  private final Matrix outputGradient;
  private final Matrix gradient;
  private final Scratch scratch;

  private SimdWeightGradient(
      Matrix input, Matrix outputGradient, Matrix gradient, Scratch scratch) {
    this.input = input;
    this.outputGradient = outputGradient;
    this.gradient = gradient;
    this.scratch = scratch;
  }

  /** {@code gradient = gradient + inputᵀ · outputGradient}. */
  static void add(Matrix input, Matrix outputGradient, Matrix gradient, Scratch scratch) {
    SimdWeightGradient sum = new SimdWeightGradient(input, outputGradient, gradient, scratch);
    for (int t = 0; t < input.rows(); t += TrainingKernels.TOKEN_BLOCK) {
      sum.addBlock(t, Math.min(TrainingKernels.TOKEN_BLOCK, input.rows() - t));
    }
  }

  private void addBlock(int token, int tokens) {
    int even = tokens + (tokens & 1);
    float[] y = scratch.outputPanels(Panels.size(gradient.columns(), even, TILES.width()));
    pack(outputGradient, token, tokens, 0, gradient.columns(), TILES.width(), 0f, y);
    float[] x = scratch.inputPanels(Panels.size(SLAB, even, SimdWeightTiles.INPUT_STRIDE));
    for (int k = 0; k < input.columns(); k += SLAB) {
      int rows = Math.min(SLAB, input.columns() - k);
      pack(input, token, tokens, k, rows, SimdWeightTiles.INPUT_STRIDE, -0f, x);
      for (int n = 0; n < gradient.columns(); n += TILES.width()) {
        addPanel(even, x, k, rows, y, n);
      }
    }
  }

  private static void pack(
      Matrix matrix,
      int row,
      int rows,
      int column,
      int columns,
      int width,
      float more,
      float[] panels) {
    int at = matrix.index(row) + column;
    SimdPanels.pack(matrix.data(), at, matrix.stride(), rows, columns, width, more, panels);
  }

  /**
   * A slab of rows of the gradient, and the columns of one panel: the sums of a tile are made
   * apart, and what of it belongs to the gradient is added.
   */
  private void addPanel(int depth, float[] x, int first, int rows, float[] y, int column) {
    int width = TILES.width();
    int columns = Math.min(width, gradient.columns() - column);
    float[] tile = scratch.tile(TILES.rows() * width);
    for (int k = 0; k < rows; k += TILES.rows()) {
      Arrays.fill(tile, 0, TILES.rows() * width, 0f);
      TILES.proceed(depth, x, input(k, depth), y, Panels.at(column, depth), tile, 0, width);
      int cAt = gradient.index(first + k) + column;
      int count = Math.min(TILES.rows(), rows - k);
      SimdRows.takeTile(tile, width, gradient.data(), cAt, gradient.stride(), count, columns, 1);
    }
  }

  private static int input(int k, int depth) {
    int inside = k % SimdWeightTiles.INPUT_STRIDE;
    return Panels.at(k - inside, depth) + inside;
  }
}
