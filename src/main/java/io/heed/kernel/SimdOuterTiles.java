package io.heed.kernel;

/**
 * The innermost loops of products of which one operand comes transposed: {@code c = c + xᵀ · y}. A
 * tile is some columns of x times one panel of y, all its sums in registers.
 *
 * <p>Both operands stand in panels whose steps are a constant number of values apart: of indices
 * with any other stride C2 checks each against the length of its array. A step more where their
 * number is odd would make C2 give up on a method of this size, so it is even: whoever packs the
 * panels adds a step that changes nothing, -0 in x and +0 in y, whose product is -0.
 *
 * <p>The subclasses are unrolled, and generated, as {@link SimdTiles} are.
 */
abstract class SimdOuterTiles {
  /** Values of a step in panels of inputs; {@link #rows} divides it. */
  static final int INPUT_STRIDE = 16;

  /** Keys of a block of scores. */
  static final int SCORE_BLOCK = Kernels.K_BLOCK;

  /** Values of a query in a block of scores: a cache line more, so that lines spread over sets. */
  static final int SCORE_STRIDE = SCORE_BLOCK + 16;

  private final int rows;
  private final int width;

  SimdOuterTiles(int rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  /** Rows of a tile, columns of x. */
  final int rows() {
    return rows;
  }

  /** Columns of a tile and of a panel of y. */
  final int width() {
    return width;
  }

  /**
   * {@code c = c + s}, where the sums s begin at +0.
   *
   * @param depth steps, even
   * @param x steps a constant stride apart
   * @param y steps {@link #width} apart
   * @param c row-major, from {@code cAt} on, rows {@code cStride} apart
   */
  abstract void add(
      int depth, float[] x, int xAt, float[] y, int yAt, float[] c, int cAt, int cStride);

  /** The same with sums that go on from c. */
  abstract void proceed(
      int depth, float[] x, int xAt, float[] y, int yAt, float[] c, int cAt, int cStride);
}
