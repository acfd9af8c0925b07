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
 * <p>Methods are small enough for C1 too, for which tiles of many sums take one step at a time: a
 * method that it gives up on is interpreted until C2 comes to it, which may be long.
 *
 * <p>The subclasses are unrolled, and generated, as {@link SimdTiles} are.
 */
abstract class SimdOuterTiles {
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
   * {@code c = c + xᵀ · y}, where the sums go on from c.
   *
   * @param depth steps, even
   * @param x steps a constant stride apart
   * @param y steps {@link #width} apart
   * @param c row-major, from {@code cAt} on, rows {@code cStride} apart
   */
  abstract void proceed(
      int depth, float[] x, int xAt, float[] y, int yAt, float[] c, int cAt, int cStride);
}
