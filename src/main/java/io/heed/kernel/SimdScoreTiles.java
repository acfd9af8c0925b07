package io.heed.kernel;

/** Tiles of products with what {@link SimdScoreBlocks} hold, as they are and transposed. */
abstract class SimdScoreTiles extends SimdOuterTiles {
  /** Keys of a block of scores. */
  static final int SCORE_BLOCK = Kernels.K_BLOCK;

  /** Values of a query in a block of scores: a cache line more, so that lines spread over sets. */
  static final int SCORE_STRIDE = SCORE_BLOCK + 16;

  SimdScoreTiles(int rows, int width) {
    super(rows, width);
  }

  /**
   * {@code c = a · b} for one tile, whose rows stand {@link #width} apart: with rows of a constant
   * stride, too, one register holds the place of all of them.
   *
   * @param depth steps, even
   * @param a row-major, from {@code aAt} on, rows {@link #SCORE_STRIDE} apart
   * @param b a panel, from {@code bAt} on
   */
  abstract void multiply(int depth, float[] a, int aAt, float[] b, int bAt, float[] c, int cAt);
}
