package io.heed.training;

import java.io.Serializable;
import java.util.Map;

/**
 * What a run does beside its recipe: none of it changes a bit of the weights, but where it ends.
 *
 * @param recipe what decides the bits
 * @param entries the recipe with all that it is used on, by name; a run goes on only with the same
 * @param evaluation when and how held-out rows are evaluated
 * @param checkpointSteps steps between two checkpoints, 0 for none by number
 * @param checkpointSeconds seconds between two checkpoints, 0 for none by time
 * @param skipNonFinite steps whose gradient is not finite that are left out before the run stops
 */
public record TrainingPlan(
    Recipe recipe,
    Map<String, String> entries,
    Evaluation evaluation,
    long checkpointSteps,
    long checkpointSeconds,
    int skipNonFinite)
    implements Serializable {

  /**
   * When held-out rows are evaluated.
   *
   * @param steps between two evaluations
   * @param rows evaluated, the first of those held out
   * @param patience evaluations without a better loss after which the run ends and the best weights
   *     are taken, 0 for never
   * @param stride tokens from one window to the next in a long row, as in scoring
   * @param batchTokens tokens that are evaluated together
   */
  public record Evaluation(long steps, long rows, int patience, int stride, int batchTokens)
      implements Serializable {}
}
