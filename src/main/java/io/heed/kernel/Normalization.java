package io.heed.kernel;

import java.util.Locale;

/**
 * The parameters of a layer norm (Ba, Kiros and Hinton, 2016).
 *
 * @param gain {@code [D]}, multiplied with each normalised row
 * @param bias {@code [D]}, added after
 * @param epsilon added to the variance
 */
public record Normalization(float[] gain, float[] bias, double epsilon) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException when gain and bias differ in size
   */
  public Normalization {
    if (gain.length != bias.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a gain of %d values does not fit a bias of %d",
              gain.length,
              bias.length));
    }
  }
}
