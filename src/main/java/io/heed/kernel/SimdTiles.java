package io.heed.kernel;

/**
 * The innermost loops of every product. A tile is a few rows of the left operand times one panel of
 * the right one ({@link Panels}), for one block along k, with all its sums in registers.
 *
 * <p>Two steps along k in one round of the loop leave fewer other instructions beside the
 * multiply-adds. Sums begin with the bias, which costs nothing. What follows a sum is not done
 * here: C1 gives up on methods much longer than these, and until C2 comes, which then takes long,
 * they would be interpreted.
 *
 * <p>C2 keeps a tile in registers when {@code rows · vectors + rows + vectors} is at most their
 * number, and only when each count of rows has a loop of its own: so the subclasses are unrolled,
 * and generated.
 */
abstract class SimdTiles {
  /** Where sums begin that have no bias: a tile's width of zeros. */
  private static final float[] ZEROS = new float[3 * SimdLanes.LANES];

  private final int rows;
  private final int width;

  /**
   * Tiles for products.
   *
   * @param rows rows of a tile, fewer at the end of a product
   * @param width columns of a panel
   */
  SimdTiles(int rows, int width) {
    this.rows = rows;
    this.width = width;
  }

  /** Rows of a tile. */
  final int rows() {
    return rows;
  }

  /** Columns of a panel. */
  final int width() {
    return width;
  }

  /**
   * {@code c = a · panel} for {@code m} rows and the first {@code columns} columns of the panel,
   * where the first {@code from} columns of {@code a} count as zeros.
   *
   * @param depth columns of {@code a}, rows of the panel
   * @param a row-major, from {@code aAt} on, rows {@code aStride} apart
   * @param b holds the panel, from {@code bAt} on
   * @param c row-major, from {@code cAt} on, rows {@code cStride} apart
   */
  final void multiply(
      int m,
      int columns,
      int from,
      int depth,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      float[] c,
      int cAt,
      int cStride,
      Scratch scratch) {
    int end;
    for (int k = from; k < depth; k = end) {
      end = Math.min(depth, k - k % Kernels.K_BLOCK + Kernels.K_BLOCK);
      int n = end - k;
      int ak = aAt + k;
      int bk = bAt + k * width;
      multiplyBlock(
          k - from, m, columns, n, a, ak, aStride, b, bk, ZEROS, 0, c, cAt, cStride, scratch);
    }
  }

  /**
   * One block along k of a product: {@code c = a · panel + bias} for the first block, {@code c = a
   * · panel + c} for a later one.
   *
   * @param k where the block begins, 0 for the first; {@code aAt} and {@code bAt} are there
   * @param depth steps along k in the block, at most {@link Kernels#K_BLOCK}
   * @param bias one value for each column of the panel, from {@code biasAt} on
   */
  final void multiplyBlock(
      int k,
      int m,
      int columns,
      int depth,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      float[] bias,
      int biasAt,
      float[] c,
      int cAt,
      int cStride,
      Scratch scratch) {
    float[] first = k == 0 ? bias : ZEROS;
    int firstAt = k == 0 ? biasAt : 0;
    boolean direct = k == 0 && columns == width;
    float[] tile = direct ? c : scratch.tile(rows * width);
    int tileStride = direct ? cStride : width;
    for (int i = 0; i < m; i += rows) {
      int count = Math.min(rows, m - i);
      int ai = aAt + i * aStride;
      int ci = cAt + i * cStride;
      int ti = direct ? ci : 0;
      sum(count, depth, a, ai, aStride, b, bAt, first, firstAt, tile, ti, tileStride);
      if (!direct) {
        SimdRows.takeTile(tile, width, c, ci, cStride, count, columns, k);
      }
    }
  }

  /** {@code c = first + a · b} for one tile of {@code m} rows, whose sums begin alike. */
  final void sum(
      int m,
      int depth,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      float[] first,
      int firstAt,
      float[] c,
      int cAt,
      int cStride) {
    int even = depth & -2;
    sumPairs(m, even, a, aAt, aStride, b, bAt, first, firstAt, c, cAt, cStride);
    if (even < depth) {
      addStep(m, a, aAt + even, aStride, b, bAt + even * width, c, cAt, cStride);
    }
  }

  /** {@code c = first + a · b} for one tile of {@code m} rows and an even {@code depth}. */
  abstract void sumPairs(
      int m,
      int depth,
      float[] a,
      int aAt,
      int aStride,
      float[] b,
      int bAt,
      float[] first,
      int firstAt,
      float[] c,
      int cAt,
      int cStride);

  /** The sums of {@code c} go one step further: {@code c = fma(a, b, c)}, a of one column. */
  abstract void addStep(
      int m, float[] a, int aAt, int aStride, float[] b, int bAt, float[] c, int cAt, int cStride);
}
