package io.heed.regression;

import io.heed.regression.LeaveOneOut.Loss;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The width of least loss. The loss may have several minima, but is smooth in the logarithm of the
 * width, so a grid finds the valleys, from widths that weigh all keys alike to widths that see only
 * the nearest; golden sections find the bottoms of the deepest.
 *
 * <p>The widths that are tried are those of {@code StrictMath}, the same to the bit on every JVM
 * and processor.
 */
final class WidthSearch {
  private static final int PER_DECADE = 16;
  private static final int MOST_WIDTHS = 400;
  private static final int VALLEYS = 3;

  /** Steps of a golden section, each of which leaves 0.618 of the interval. */
  private static final int SECTIONS = 28;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /** Keys at this distance, in units of the bandwidth, weigh almost 1. */
  private static final double ALIKE = 0.05;

  /** Keys at this distance, in units of the bandwidth, weigh nothing. */
  private static final double APART = 30;

  private final LeaveOneOut training;
  private final List<Step> steps = new ArrayList<>();

  WidthSearch(LeaveOneOut training) {
    this.training = training;
  }

  LearnedWidth learn() {
    double span = training.finiteSpan();
    double near = training.smallDistance();
    if (Double.isNaN(near)) {
      throw new RegressionException(
          "a width cannot be learned: no two training rows are apart in their features");
    }
    double[] widths = grid(ALIKE / span, APART / near);
    List<Loss> losses = training.at(widths);
    for (int i = 0; i < widths.length; i++) {
      steps.add(new Step(widths[i], losses.get(i).loss()));
    }
    requireFinite();
    List<Step> grid = List.copyOf(steps);
    valleys(grid).forEach(valley -> descend(grid, valley));
    Step best = steps.stream().min(Comparator.comparingDouble(Step::loss)).orElseThrow();
    steps.sort(Comparator.comparingDouble(Step::width));
    return new LearnedWidth(best.width(), best.loss(), List.copyOf(steps), warnings(grid, best));
  }

  private static double[] grid(double least, double most) {
    double decades = StrictMath.log10(most / least);
    int count = (int) Math.min(MOST_WIDTHS, Math.max(2, Math.ceil(decades * PER_DECADE) + 1));
    return IntStream.range(0, count)
        .mapToDouble(i -> least * StrictMath.pow(most / least, (double) i / (count - 1)))
        .toArray();
  }

  private void requireFinite() {
    for (Step step : steps) {
      if (!Double.isFinite(step.loss())) {
        throw new RegressionException(
            String.format(
                Locale.ROOT,
                "the loss of width %s is %s; features or labels are too large",
                step.width(),
                step.loss()));
      }
    }
  }

  /** Indexes of the deepest local minima. */
  private static List<Integer> valleys(List<Step> grid) {
    return IntStream.range(0, grid.size())
        .filter(i -> i == 0 || grid.get(i).loss() <= grid.get(i - 1).loss())
        .filter(i -> i == grid.size() - 1 || grid.get(i).loss() <= grid.get(i + 1).loss())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> grid.get(i).loss()))
        .limit(VALLEYS)
        .toList();
  }

  private void descend(List<Step> grid, int valley) {
    double from = StrictMath.log(grid.get(Math.max(0, valley - 1)).width());
    double to = StrictMath.log(grid.get(Math.min(grid.size() - 1, valley + 1)).width());
    double left = to - GOLDEN * (to - from);
    double right = from + GOLDEN * (to - from);
    double leftLoss = loss(left);
    double rightLoss = loss(right);
    for (int i = 0; i < SECTIONS; i++) {
      if (leftLoss <= rightLoss) {
        to = right;
        right = left;
        rightLoss = leftLoss;
        left = to - GOLDEN * (to - from);
        leftLoss = loss(left);
      } else {
        from = left;
        left = right;
        leftLoss = rightLoss;
        right = from + GOLDEN * (to - from);
        rightLoss = loss(right);
      }
    }
  }

  private double loss(double logWidth) {
    double width = StrictMath.exp(logWidth);
    double loss = training.at(width).loss();
    steps.add(new Step(width, loss));
    return loss;
  }

  private static List<String> warnings(List<Step> grid, Step best) {
    if (best.loss() >= grid.get(0).loss()) {
      return List.of(
          "no width is better than weighing all rows alike: the features do not tell the label");
    }
    if (best.loss() >= grid.get(grid.size() - 1).loss()) {
      return List.of("no width is better than the value of the nearest row alone");
    }
    return List.of();
  }
}
