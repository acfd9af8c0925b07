package io.heed.gpu;

/**
 * The products of {@code hopper_product.cuh}, which compute capability 9.0 alone has: as many
 * clusters of two blocks as the device runs at once make pairs of tiles, one below the other.
 */
final class HopperProducts implements Products {
  /** Rows of a tile. */
  private static final int HEIGHT = 128;

  /** Blocks of a cluster. */
  private static final int BLOCKS = 2;

  /** Columns of a tile: the more, the more often is a row used that has been copied. */
  private static final int WIDE = 192;

  private static final int NARROW = 128;
  private static final int THREADS = 384;

  /** Five stages of slices of narrow tiles, or as much of wide ones; 64 KiB of tiles; barriers. */
  private static final int SHARED =
      5 * (HEIGHT + NARROW) * TensorMap.COLUMNS * Short.BYTES + (64 << 10) + 5 * 2 * Long.BYTES;

  private final LoadedImage image;
  private final int clusters;

  /**
   * Products.
   *
   * @param multiprocessors of the device, each of which runs a block at a time
   */
  HopperProducts(LoadedImage image, int multiprocessors) {
    this.image = image;
    this.clusters = Math.max(1, multiprocessors / BLOCKS);
  }

  /** The width depends on the map alone, and so no row's bits on how many there are. */
  @Override
  public void start(Product product, LaunchArguments arguments) {
    DeviceMap map = product.map();
    int rows = product.rows();
    int width = map.rows() % WIDE == 0 ? WIDE : NARROW;
    int pairs = Products.parts(rows, BLOCKS * HEIGHT) * Products.parts(map.rows(), width);
    arguments
        .begin()
        .matrix(product.input(), rows, map.inputs(), HEIGHT)
        .matrix(map.weight(), map.rows(), map.inputs(), width / BLOCKS)
        .address(map.bias());
    product.ending().put(arguments);
    image
        .kernel("hopper_" + product.kernel() + "_" + width, THREADS, SHARED)
        .launch(
            BLOCKS * Math.min(pairs, clusters),
            1,
            arguments
                .address(product.output())
                .integer(rows)
                .integer(map.rows())
                .integer(map.inputs()));
  }

  @Override
  public String toString() {
    return "wgmma of " + image;
  }
}
