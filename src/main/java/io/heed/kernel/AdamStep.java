package io.heed.kernel;

/**
 * The numbers of one step of AdamW, each rounded once to float32.
 *
 * @param gradientScale what gradients are multiplied by first: clips them, and makes sums means
 * @param rate learning rate
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param oneLessBeta1 {@code 1 - β1}
 * @param oneLessBeta2 {@code 1 - β2}
 * @param correction1 {@code 1 / (1 - β1^step)}
 * @param correction2 {@code 1 / (1 - β2^step)}
 * @param epsilon added to the root of the second moment
 * @param decay of weights
 */
public record AdamStep(
    float gradientScale,
    float rate,
    float beta1,
    float beta2,
    float oneLessBeta1,
    float oneLessBeta2,
    float correction1,
    float correction2,
    float epsilon,
    float decay) {

  /**
   * A step.
   *
   * @param step counted from 1
   */
  public static AdamStep of(
      double gradientScale,
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      double decay,
      long step) {
    return new AdamStep(
        (float) gradientScale,
        (float) rate,
        (float) beta1,
        (float) beta2,
        (float) (1 - beta1),
        (float) (1 - beta2),
        (float) (1 / (1 - StrictMath.pow(beta1, step))),
        (float) (1 / (1 - StrictMath.pow(beta2, step))),
        (float) epsilon,
        (float) decay);
  }

  /** The same step for weights that do not decay. */
  public AdamStep withoutDecay() {
    return new AdamStep(
        gradientScale,
        rate,
        beta1,
        beta2,
        oneLessBeta1,
        oneLessBeta2,
        correction1,
        correction2,
        epsilon,
        0f);
  }
}
