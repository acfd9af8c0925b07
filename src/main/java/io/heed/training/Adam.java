package io.heed.training;

import java.io.Serializable;
import java.util.Locale;

/**
 * The numbers of AdamW (Loshchilov and Hutter, 2019).
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param weightDecay of matrices
 * @param maxNorm to which the norm of a gradient is clipped, 0 for never
 */
public record Adam(double beta1, double beta2, double epsilon, double weightDecay, double maxNorm)
    implements Serializable {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public Adam {
    boolean betas = beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1;
    if (!(betas && epsilon > 0 && weightDecay >= 0 && maxNorm >= 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "AdamW cannot work with betas %s and %s, epsilon %s, weight decay %s, norm %s",
              beta1,
              beta2,
              epsilon,
              weightDecay,
              maxNorm));
    }
  }
}
