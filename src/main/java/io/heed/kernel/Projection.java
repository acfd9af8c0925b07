package io.heed.kernel;

import java.util.Locale;
import java.util.Objects;

/**
 * A learned linear map with what follows it.
 *
 * @param weights packed by the kernels that use it
 * @param bias {@code [outputs]}
 * @param activation applied after the bias
 */
public record Projection(PackedMatrix weights, float[] bias, Activation activation) {

  /**
   * Checks the bias against the weights.
   *
   * @throws IllegalArgumentException when their sizes differ
   */
  public Projection {
    Objects.requireNonNull(activation, "activation");
    if (bias.length != weights.outputs()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a bias of %d values does not fit %d outputs",
              bias.length,
              weights.outputs()));
    }
  }
}
