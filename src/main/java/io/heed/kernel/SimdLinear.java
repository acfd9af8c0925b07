package io.heed.kernel;

import static io.heed.kernel.SimdLanes.REGISTERS;

import io.heed.tensor.Matrix;

/**
 * A linear map, slab by slab: a few panels of its weights, for one block along k, that stay in the
 * second cache while all rows pass over them. So the weights come from memory once for all rows.
 */
final class SimdLinear {
  static final SimdTiles TILES = REGISTERS >= 32 ? new SimdTiles3(8) : new SimdTiles2(4);

  /** Columns of a slab, a multiple of every panel's width: 288 KB of weights. */
  private static final int SLAB = 192;

  /** So few rows wait for memory and not for the sums: a walk before them would only add to it. */
  private static final int FEW_ROWS = 16;

  private final Projection projection;
  private final PanelMatrix weights;
  private final Scratch scratch;

  /**
   * A map.
   *
   * @param weights those of the projection
   */
  SimdLinear(Projection projection, PanelMatrix weights, Scratch scratch) {
    this.projection = projection;
    this.weights = weights;
    this.scratch = scratch;
  }

  /** {@code output = activation(input · Wᵀ + bias)}. */
  void apply(Matrix input, Matrix output) {
    outputs(0, input, output);
  }

  /**
   * {@code output = outer(this(input))}. What lies between is one block along k of the outer map:
   * it is computed, used and dropped while it is in the second cache.
   */
  void applyThen(SimdLinear outer, Matrix input, Matrix output) {
    int width = weights.outputs();
    for (int k = 0; k < width; k += Kernels.K_BLOCK) {
      Matrix block = scratch.between(input.rows(), Math.min(Kernels.K_BLOCK, width - k));
      outputs(k, input, block);
      outer.addBlock(k, block, 0, output);
    }
  }

  /** {@code output = outer(gate(input) · this(input))}, block by block as {@link #applyThen}. */
  void applyGatedThen(SimdLinear gate, SimdLinear outer, Matrix input, Matrix output) {
    int width = weights.outputs();
    for (int k = 0; k < width; k += Kernels.K_BLOCK) {
      int columns = Math.min(Kernels.K_BLOCK, width - k);
      Matrix factors = scratch.gate(input.rows(), columns);
      Matrix block = scratch.between(input.rows(), columns);
      gate.outputs(k, input, factors);
      outputs(k, input, block);
      SimdRows.multiply(
          factors.data(), factors.offset(), block.data(), block.offset(), input.rows() * columns);
      outer.addBlock(k, block, 0, output);
    }
  }

  /** As many outputs as {@code output} has columns, from output {@code from} on. */
  private void outputs(int from, Matrix input, Matrix output) {
    for (int k = 0; k < weights.inputs(); k += Kernels.K_BLOCK) {
      int end = Math.min(weights.inputs(), k + Kernels.K_BLOCK);
      addBlock(k, input.columns(k, end), from, output);
    }
  }

  /**
   * Adds one block along k, whose values are {@code input}, to the outputs from {@code from} on.
   */
  private void addBlock(int k, Matrix input, int from, Matrix output) {
    for (int n = 0; n < output.columns(); n += SLAB) {
      int end = Math.min(output.columns(), n + SLAB);
      addSlab(k, input, from + n, output.columns(n, end));
    }
  }

  private void addSlab(int k, Matrix input, int from, Matrix output) {
    if (input.rows() > FEW_ROWS) {
      touchWeights(k, input.columns(), from, output.columns());
    }
    boolean last = k + input.columns() == weights.inputs();
    for (int i = 0; i < input.rows(); i += TILES.rows()) {
      int rows = Math.min(TILES.rows(), input.rows() - i);
      for (int n = 0; n < output.columns(); n += TILES.width()) {
        addTile(k, input, i, rows, from + n, output, n);
      }
      if (last && projection.activation() != Activation.NONE) {
        SimdActivations.apply(projection.activation(), output.rows(i, i + rows));
      }
    }
  }

  private void addTile(
      int k, Matrix input, int row, int rows, int from, Matrix output, int column) {
    int columns = Math.min(TILES.width(), output.columns() - column);
    boolean wholePanel = columns == TILES.width();
    float[] bias = wholePanel ? projection.bias() : lastBias(from, columns);
    TILES.multiplyBlock(
        k,
        rows,
        columns,
        input.columns(),
        input.data(),
        input.index(row),
        input.stride(),
        weights.panels(),
        panel(k, from),
        bias,
        wholePanel ? from : 0,
        output.data(),
        output.index(row) + column,
        output.stride(),
        scratch);
  }

  /** The bias of a panel that has fewer columns than others, with room for all. */
  private float[] lastBias(int from, int columns) {
    float[] bias = scratch.bias(TILES.width());
    System.arraycopy(projection.bias(), from, bias, 0, columns);
    return bias;
  }

  /** Index of depth {@code k} of the panel that starts with output {@code from}. */
  private int panel(int k, int from) {
    return Panels.at(from, weights.inputs()) + k * TILES.width();
  }

  private void touchWeights(int k, int depth, int from, int columns) {
    for (int n = from; n < from + columns; n += TILES.width()) {
      scratch.keep(SimdRows.touch(weights.panels(), panel(k, n), depth * TILES.width()));
    }
  }
}
