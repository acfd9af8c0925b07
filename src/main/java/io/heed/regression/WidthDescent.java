package io.heed.regression;

import io.heed.regression.LeaveOneOut.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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

  /** Factors of the width at the end that are tried beside it. */
  private static final double[] BESIDE = {1.0 / 8, 1.0 / 4, 1.0 / 2, 2, 4, 8};

  /** A loss that is less by this factor is worth a word. */
  private static final double MUCH_LESS = 0.95;

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
    List<String> warnings = warnings(width, last, steps.get(0).loss(), span);
    return new LearnedWidth(
        width, last, steps, warnings.isEmpty() ? missed(training, width, last, steps) : warnings);
  }

  /** What is said where a width that was passed, or one beside the last, is much better than it. */
  private static List<String> missed(
      LeaveOneOut training, double width, double last, List<Step> passed) {
    double[] beside = Arrays.stream(BESIDE).map(factor -> factor * width).toArray();
    List<Loss> losses = training.at(beside);
    List<Step> others = new ArrayList<>(passed);
    for (int i = 0; i < beside.length; i++) {
      others.add(new Step(beside[i], losses.get(i).loss()));
    }
    Step best = others.stream().min(Comparator.comparingDouble(Step::loss)).orElseThrow();
    if (!(best.loss() < MUCH_LESS * last)) {
      return List.of();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "the descent %s: width %.6g, where it ended, has the loss %.6g, and width %.6g %.6g;"
                + " optimizer search finds the least",
            Math.abs(best.width()) < width ? "overshot" : "stopped short",
            width,
            last,
            best.width(),
            best.loss()));
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
