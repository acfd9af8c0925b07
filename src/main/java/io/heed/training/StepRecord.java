package io.heed.training;

import java.io.Serializable;

/**
 * What a step was.
 *
 * @param step how many were done, this one included; 0 for before the first
 * @param loss mean of its batch, natural logarithm, NaN before the first step and where no token of
 *     the batch follows another one in its document
 * @param norm of its gradient before it was clipped
 * @param rate learning rate
 * @param targets tokens that were predicted
 * @param heldOut loss of held-out rows after it, NaN where they were not evaluated
 */
public record StepRecord(
    long step, double loss, double norm, double rate, long targets, double heldOut)
    implements Serializable {

  StepRecord with(double heldOutLoss) {
    return new StepRecord(step, loss, norm, rate, targets, heldOutLoss);
  }

  /** Whether it was left out, since its loss or gradient was not finite. */
  boolean isSkipped() {
    return targets > 0 && !(Double.isFinite(loss) && Double.isFinite(norm));
  }

  /** Whether there is a loss to tell. */
  public boolean hasLoss() {
    return Double.isFinite(loss);
  }

  /** Whether held-out rows were evaluated. */
  public boolean isEvaluated() {
    return !Double.isNaN(heldOut);
  }
}
