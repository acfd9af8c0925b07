package io.heed.gpu;

import io.heed.kernel.Activation;
import java.util.Locale;

/** The kernels that multiply by weights on a device. For any number of threads. */
interface Products {

  /**
   * A product.
   *
   * @param input {@code [rows, map.inputs]}
   * @param map its weight and bias
   * @param activation of the sums
   * @param residual {@code [rows, map.outputs]}, which is added behind the activation, or 0
   * @param output {@code [rows, map.outputs]}
   */
  record Product(
      long input,
      GpuWeights.DeviceMap map,
      Activation activation,
      long residual,
      long output,
      int rows) {

    /** What the kernels of it are called after. */
    String kernel() {
      return residual != 0
          ? "product_residual"
          : "product_" + activation.name().toLowerCase(Locale.ROOT);
    }
  }

  /** Starts a product in the stream of the calling thread. */
  void start(Product product, LaunchArguments arguments);

  /** How many parts of a size something has. */
  static int parts(int whole, int size) {
    return (whole + size - 1) / size;
  }
}
