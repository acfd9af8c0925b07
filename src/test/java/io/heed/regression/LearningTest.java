package io.heed.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.heed.regression.LeaveOneOut.Loss;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LearningTest {
  private static final int ALL = Integer.MAX_VALUE;

  private static LongStream seeds() {
    return LongStream.range(0, 20);
  }

  private static LeaveOneOut training(WorkedExample data) {
    return new LeaveOneOut(null, data.keys(), ALL);
  }

  private static LearnedWidth descent(long seed) {
    double initial = new Random(seed).nextDouble();
    return new WidthDescent(initial, 0.5, 5).learn(training(WorkedExample.seeded(seed)));
  }

  @ParameterizedTest(name = "{0} rows of {1} features")
  @CsvSource({"2, 1", "3, 2", "16, 1", "17, 1", "50, 1", "257, 3", "300, 1"})
  void the_loss_and_its_gradient_are_those_of_the_formula(int n, int d) {
    WorkedExample data = WorkedExample.random(n + d, n, d);
    PoolingOracle oracle = new PoolingOracle(data);
    for (double width : new double[] {0, 0.2, 1, -1.5, 4}) {
      Loss loss = training(data).at(width);
      double expected = oracle.loss(width);
      assertThat(loss.loss()).as("width %s", width).isCloseTo(expected, within(1e-12 * expected));
      assertThat(loss.gradient())
          .as("width %s", width)
          .isCloseTo(oracle.gradient(width), within(1e-11 * (1 + expected)));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void the_gradient_is_the_slope_of_the_loss(long seed) {
    LeaveOneOut training = training(WorkedExample.seeded(seed));
    for (double width : new double[] {0.1, 0.5, 1, 3, -2}) {
      double step = 1e-5 * Math.abs(width);
      double slope =
          (training.at(width + step).loss() - training.at(width - step).loss()) / (2 * step);
      assertThat(training.at(width).gradient())
          .isCloseTo(slope, within(1e-5 * (1 + Math.abs(slope))));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void descent_has_the_loss_curve_of_the_formula(long seed) {
    PoolingOracle oracle = new PoolingOracle(WorkedExample.seeded(seed));
    double width = new Random(seed).nextDouble();
    List<Step> steps = descent(seed).steps();
    assertThat(steps).hasSize(5);
    for (Step step : steps) {
      double loss = oracle.loss(width);
      assertThat(step.loss()).isCloseTo(loss, within(1e-9 * loss));
      assertThat(step.width()).isCloseTo(width, within(1e-9));
      width -= 0.5 * oracle.gradient(width);
    }
    assertThat(descent(seed).width()).isCloseTo(width, within(1e-9 * Math.max(1, Math.abs(width))));
  }

  @Test
  void descent_warns_where_it_ends_near_zero_below_zero_or_far_from_the_least_loss() {
    for (long seed = 0; seed < 200; seed++) {
      LearnedWidth learned = descent(seed);
      boolean bad =
          learned.width() < 0.1
              || learned.loss() >= learned.steps().get(0).loss()
              || least(training(WorkedExample.seeded(seed)), learned) < 0.95 * learned.loss();
      assertThat(learned.warnings().isEmpty()).as("seed %d: %s", seed, learned).isEqualTo(!bad);
    }
  }

  /** Of the widths that a descent has passed, and of those an eighth to eight times its end. */
  private static double least(LeaveOneOut training, LearnedWidth learned) {
    return DoubleStream.concat(
            learned.steps().stream().mapToDouble(Step::loss),
            IntStream.rangeClosed(-3, 3)
                .mapToDouble(power -> training.at(learned.width() * Math.pow(2, power)).loss()))
        .min()
        .orElseThrow();
  }

  @Test
  void descent_says_which_width_it_has_passed_and_which_it_has_not_come_to() {
    LeaveOneOut training = training(WorkedExample.seeded(3, 200));
    double best = new WidthSearch(training).learn().width();
    assertThat(new WidthDescent(8 * best, 1e-12, 5).learn(training).warnings())
        .singleElement(STRING)
        .startsWith("the descent overshot: width ")
        .endsWith("; optimizer search finds the least");
    assertThat(new WidthDescent(best / 8, 1e-12, 5).learn(training).warnings())
        .singleElement(STRING)
        .startsWith("the descent stopped short: width ");
    assertThat(new WidthDescent(0.8 * best, 1e-12, 5).learn(training).warnings()).isEmpty();
  }

  @Test
  void descent_over_rows_that_are_alike_says_so_and_does_not_blame_the_steps() {
    WorkedExample same = new WorkedExample(new double[3][2], new double[] {1, 2, 3});
    assertThat(new WidthDescent(0.5, 0.5, 5).learn(training(same)).warnings())
        .containsExactly("all training rows have the same features, so no width matters");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void search_comes_within_a_thousandth_of_a_fine_grid(long seed) {
    LeaveOneOut training = training(WorkedExample.seeded(seed));
    double[] grid =
        IntStream.range(0, 8000).mapToDouble(i -> 1e-3 * Math.pow(10, i / 1200.0)).toArray();
    double finest = training.at(grid).stream().mapToDouble(Loss::loss).min().orElseThrow();
    LearnedWidth learned = new WidthSearch(training).learn();
    assertThat(learned.loss()).isLessThanOrEqualTo(1.001 * finest);
    assertThat(learned.loss()).isEqualTo(training.at(learned.width()).loss());
    assertThat(learned.warnings()).isEmpty();
    assertThat(learned.steps()).isSortedAccordingTo((a, b) -> Double.compare(a.width(), b.width()));
  }

  @Test
  void search_learns_where_every_row_has_a_twin() {
    WorkedExample exact = WorkedExample.seeded(3, 200);
    double[][] rounded =
        Arrays.stream(exact.inputs())
            .map(input -> new double[] {Math.floor(2 * input[0]) / 2})
            .toArray(double[][]::new);
    LeaveOneOut training = training(new WorkedExample(rounded, exact.labels()));
    double[] grid =
        IntStream.range(0, 4000).mapToDouble(i -> 1e-3 * Math.pow(10, i / 600.0)).toArray();
    double finest = training.at(grid).stream().mapToDouble(Loss::loss).min().orElseThrow();
    assertThat(new WidthSearch(training).learn().loss()).isLessThanOrEqualTo(1.001 * finest);
  }

  @Test
  void search_warns_where_features_say_nothing_and_where_the_nearest_row_says_all() {
    WorkedExample noise = WorkedExample.random(5, 60, 4);
    WorkedExample line =
        new WorkedExample(
            IntStream.range(0, 30)
                .mapToObj(i -> new double[] {i + i % 2 * 1e-4})
                .toArray(double[][]::new),
            IntStream.range(0, 30).mapToDouble(i -> i).toArray());
    WorkedExample pairs =
        new WorkedExample(
            IntStream.range(0, 30)
                .mapToObj(i -> new double[] {i / 2 + i % 2 * 1e-3})
                .toArray(double[][]::new),
            IntStream.range(0, 30).mapToDouble(i -> (i / 2) * 7919 % 101).toArray());
    assertThat(new WidthSearch(training(line)).learn().warnings()).isEmpty();
    assertThat(new WidthSearch(training(pairs)).learn().warnings())
        .containsExactly("no width is better than the value of the nearest row alone");
    LearnedWidth flat = new WidthSearch(training(noise)).learn();
    assertThat(flat.loss()).isLessThanOrEqualTo(1.001 * training(noise).at(0).loss());
  }

  @Test
  void few_queries_stand_for_all_and_are_spread_evenly() {
    WorkedExample data = WorkedExample.seeded(4, 4000);
    LeaveOneOut some = new LeaveOneOut(null, data.keys(), 400);
    assertThat(some.queries()).isEqualTo(400);
    LeaveOneOut every = training(data);
    assertThat(every.queries()).isEqualTo(4000);
    assertThat(some.at(5).loss() * 10)
        .isCloseTo(every.at(5).loss(), within(0.2 * every.at(5).loss()));
    WorkedExample two = WorkedExample.random(6, 2, 1);
    assertThat(new LeaveOneOut(null, two.keys(), 1).queries()).isEqualTo(1);
  }

  @Test
  void widths_together_have_the_bits_that_they_have_alone_and_blocks_change_nothing() {
    WorkedExample data = WorkedExample.seeded(7, 700);
    double[] widths = {0.5, 1, 9};
    List<Loss> together = training(data).at(widths);
    LeaveOneOut blocked = new LeaveOneOut(null, data.keys(48), ALL);
    for (int i = 0; i < widths.length; i++) {
      assertThat(training(data).at(widths[i])).isEqualTo(together.get(i));
      assertThat(blocked.at(widths[i])).isEqualTo(together.get(i));
    }
  }

  @Test
  void what_no_width_can_be_learned_from_is_refused() {
    assertThatThrownBy(() -> training(WorkedExample.random(1, 1, 1)))
        .isInstanceOf(RegressionException.class)
        .hasMessage("a width is learned from 2 training rows or more, and there is 1");
    WorkedExample same = new WorkedExample(new double[3][2], new double[] {1, 2, 3});
    assertThatThrownBy(() -> new WidthSearch(training(same)).learn())
        .hasMessage("a width cannot be learned: no two training rows are apart in their features");
    WorkedExample wide =
        new WorkedExample(new double[][] {{-1e200}, {5}, {1e200}}, new double[] {1, 2, 3});
    assertThatThrownBy(() -> new WidthSearch(training(wide)).learn())
        .isInstanceOf(RegressionException.class)
        .hasMessage(
            "a width cannot be learned: the features span more than a double holds squared");
    assertThatThrownBy(
            () -> new WidthDescent(0.5, 1e300, 5).learn(training(WorkedExample.seeded(1))))
        .hasMessageStartingWith("the descent from width 0.5 with steps of 1.0E300 diverged: ");
  }
}
