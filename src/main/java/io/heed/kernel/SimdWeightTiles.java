package io.heed.kernel;

/** Tiles of gradients of weights: x is what goes into a map. */
abstract class SimdWeightTiles extends SimdOuterTiles {
  /** Values of a step of x; {@link #rows} divides it. */
  static final int INPUT_STRIDE = 16;

  SimdWeightTiles(int rows, int width) {
    super(rows, width);
  }
}
