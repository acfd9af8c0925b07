package io.heed.regression;

import io.heed.regression.LeaveOneOut.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Gradient descent on the summed loss, a step per epoch, as in the chapter on Nadaraya–Watson
 * regression of Dive into Deep Learning (d2l.ai): the loss of an epoch is that before its step.
 *
 * @param initialWidth w at the beginning
 * @param stepSize factor of the gradient
 * @param epochs number of steps
 */
record WidthDescent(double initialWidth, double stepSize, int epochs) {
  /** Weights of the nearest and the farthest key then differ by an eighth or less. */
  private static final double FLAT = 0.5;

  LearnedWidth learn(LeaveOneOut training) {
    double span = training.finiteSpan();
    List<Step> steps = new ArrayList<>();
    double width = initialWidth;
    for (int epoch = 0; epoch < epochs; epoch++) {
      Loss loss = training.at(width);
      steps.add(new Step(width, loss.loss()));
      width -= stepSize * loss.gradient();
    }
    double last = training.at(width).loss();
    if (!Double.isFinite(width * width) || !Double.isFinite(last)) {
      throw new RegressionException(
          String.format(
                  Locale.ROOT,
                  "the descent from width %s with steps of %s diverged: width %s, loss %s; a smaller step or",
                  initialWidth,
                  stepSize,
                  width,
                  last)
              + " optimizer search helps");
    }
    return new LearnedWidth(width, last, steps, warnings(width, last, steps.get(0).loss(), span));
  }

  private List<String> warnings(double width, double last, double first, double span) {
    if (span == 0) {
      return List.of("all training rows have the same features, so no width matters");
    }
    List<String> warnings = new ArrayList<>();
    if (width < 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the descent overshot to the negative width %.6g, which weighs like %.6g",
              width,
              -width));
    }
    if (Math.abs(width) * span < FLAT) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the descent overshot to width %.6g, near 0, where predictions are almost the average",
              width));
    }
    if (!(last < first)) {
      warnings.add(
          String.format(
              Locale.ROOT, "the descent overshot: the loss went from %.6g to %.6g", first, last));
    }
    return List.copyOf(warnings);
  }
}
