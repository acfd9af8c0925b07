package io.heed.kernel;

/** Tiles of gradients of weights: x is what goes into a map. */
abstract class SimdWeightTiles extends SimdOuterTiles {
  /** Values of a step of x; {@link #rows} divides it. */
  static final int INPUT_STRIDE = 16;

  SimdWeightTiles(int rows, int width) {
    super(rows, width);
  }

  /** {@code c = c + s}, where the sums s begin at +0; parameters as in {@link #proceed}. */
  abstract void add(
      int depth, float[] x, int xAt, float[] y, int yAt, float[] c, int cAt, int cStride);
}
