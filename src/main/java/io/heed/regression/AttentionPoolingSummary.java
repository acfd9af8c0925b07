package io.heed.regression;

import java.io.Serializable;
import java.util.List;

/**
 * How a model was fitted.
 *
 * @param keys number of training rows
 * @param dimensions number of features
 * @param width w; 0 for average pooling
 * @param queries training rows whose errors the losses add up; 0 where no width was learned
 * @param loss the loss of {@code width}, NaN where no width was learned
 * @param steps what was tried to learn the width: by sgd the width and loss before the step of each
 *     epoch, by search all widths in ascending order
 * @param warnings what one should know before using the model, such as that sgd overshot
 */
public record AttentionPoolingSummary(
    long keys,
    int dimensions,
    double width,
    long queries,
    double loss,
    List<Step> steps,
    List<String> warnings)
    implements Serializable {

  /** Copies the lists. */
  public AttentionPoolingSummary {
    steps = List.copyOf(steps);
    warnings = List.copyOf(warnings);
  }
}
