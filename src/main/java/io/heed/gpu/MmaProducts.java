package io.heed.gpu;

/** The products of {@code product.cuh}, which every device has: a block makes a tile. */
final class MmaProducts implements Products {
  /** A tile has so many rows and columns. */
  private static final int TILE = 128;

  private static final int THREADS = 256;

  /** Three stages of two slices of a tile, 64 bfloat16 deep. */
  private static final int SHARED = 3 * 2 * TILE * 64 * Short.BYTES;

  private final LoadedImage image;

  MmaProducts(LoadedImage image) {
    this.image = image;
  }

  @Override
  public void start(Product product, LaunchArguments arguments) {
    DeviceMap map = product.map();
    arguments.begin().address(product.input()).address(map.weight()).address(map.bias());
    product.ending().put(arguments);
    image
        .kernel(product.kernel(), THREADS, SHARED)
        .launch(
            Products.parts(map.rows(), TILE),
            Products.parts(product.rows(), TILE),
            arguments
                .address(product.output())
                .integer(product.rows())
                .integer(map.rows())
                .integer(map.inputs()));
  }

  @Override
  public String toString() {
    return "mma.sync";
  }
}
