package io.heed.layer;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Locale;

/**
 * One linear map as its weights are read, before it is packed for kernels.
 *
 * @param weight {@code [outputs, inputs]}
 * @param bias {@code [outputs]}, zeros where there is none
 */
public record LinearMap(Matrix weight, float[] bias) {

  /**
   * Checks the bias against the weight.
   *
   * @throws IllegalArgumentException when their sizes differ
   */
  public LinearMap {
    if (bias.length != weight.rows()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a bias of %d values does not fit %d outputs",
              bias.length,
              weight.rows()));
    }
  }

  /** A map without bias. */
  public static LinearMap of(Matrix weight) {
    return new LinearMap(weight, new float[weight.rows()]);
  }

  /** The map to the outputs {@code from} to {@code to} (exclusive). */
  LinearMap outputs(int from, int to) {
    return new LinearMap(weight.rows(from, to), Arrays.copyOfRange(bias, from, to));
  }
}
