package io.heed.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights, labels and features at the ends of what doubles hold. */
class ExtremeNumbersTest {
  private static WorkedExample rows(double[] inputs, double... labels) {
    return new WorkedExample(
        Arrays.stream(inputs).mapToObj(x -> new double[] {x}).toArray(double[][]::new), labels);
  }

  private static double[] predictions(WorkedExample data, double width, double... queries) {
    double[][] rows =
        Arrays.stream(queries).mapToObj(x -> new double[] {x}).toArray(double[][]::new);
    return new Pooler(data.keys(), width).predict(rows);
  }

  @ParameterizedTest
  @ValueSource(doubles = {39, 1e3, 1e6, 1e154, 1e200, 1e308})
  void a_row_whose_weight_underflows_adds_nothing_however_large_its_label(double far) {
    assertThat(predictions(rows(new double[] {0, far}, 0, 1e200), 1, 0)).containsExactly(0);
    assertThat(predictions(rows(new double[] {-far, 0}, -1e308, 5), 1, 0)).containsExactly(5);
  }

  @ParameterizedTest
  @CsvSource({"10", "20", "26", "30", "36", "37.6", "38.4"})
  void a_weight_that_does_not_underflow_weighs_as_it_is_written(double distance) {
    double weight = StrictMath.exp(-distance * distance / 2);
    double label = 1e300;
    assertThat(predictions(rows(new double[] {0, distance}, 0, label), 1, 0)[0])
        .isCloseTo(weight * label, within(2e-7 * weight * label + Double.MIN_VALUE * label));
  }

  @Test
  void among_many_rows_weights_are_those_of_the_formula_down_to_the_smallest() {
    Random random = new Random(5);
    double[] inputs = random.doubles(300, 0, 45).sorted().toArray();
    double[] labels =
        IntStream.range(0, 300)
            .mapToDouble(i -> Math.min(1e300, Math.exp(inputs[i] * inputs[i] / 2.1)))
            .toArray();
    WorkedExample data = rows(inputs, labels);
    double[] queries = random.doubles(300, 0, 45).toArray();
    double[] predictions = predictions(data, 1, queries);
    PoolingOracle oracle = new PoolingOracle(data);
    for (int i = 0; i < queries.length; i++) {
      double expected = oracle.predict(new double[] {queries[i]}, 1);
      assertThat(predictions[i]).isCloseTo(expected, within(3e-7 * Math.abs(expected)));
    }
  }

  @Test
  void the_average_looks_at_no_distance() {
    WorkedExample wide = rows(new double[] {1e308, -1e308, 0}, 1, 2, 3);
    assertThat(predictions(wide, 0, 1e308, -1e308, 0, 5)).containsExactly(2, 2, 2, 2);
    assertThat(new Pooler(wide.keys(), 0).weights(new double[][] {{1e308}})[0])
        .containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0);
  }

  @Test
  void labels_whose_sum_overflows_have_a_mean() {
    WorkedExample large = rows(new double[] {0, 1e-3, 2e-3}, 1.5e308, 1.5e308, 1.5e308);
    assertThat(predictions(large, 0, 0)).containsExactly(1.5e308);
    assertThat(predictions(large, 1, 0)[0]).isCloseTo(1.5e308, within(1e295));
    WorkedExample far = rows(new double[] {0, 1, 1e3}, 1.7e308, 1.7e308, 7);
    assertThat(predictions(far, 1, 1e3, 1e3)).containsExactly(7, 7);
  }

  @Test
  void a_row_infinitely_far_weighs_nothing_and_a_query_far_from_all_has_no_prediction() {
    WorkedExample wide = rows(new double[] {-1e308, 0, 1e308}, 1, 2, 3);
    double[] predictions = predictions(wide, 1, -1e308, 0, 1e308, 5e307);
    assertThat(predictions).containsExactly(1, 2, 3, Double.NaN);
    assertThat(new Pooler(wide.keys(), 1).weights(new double[][] {{0}})[0])
        .containsExactly(0, 1, 0);
  }

  @Test
  void widths_whose_squares_overflow_see_the_nearest_row_and_those_that_underflow_see_all() {
    WorkedExample data = rows(new double[] {0, 1, 3}, 1, 2, 6);
    for (double width : new double[] {1e160, -1e300}) {
      assertThat(predictions(data, width, 0, 0.9, 40)).containsExactly(1, 2, 6);
    }
    assertThat(predictions(data, 1e-170, 0, 0.9, 40)).containsExactly(3, 3, 3);
    WorkedExample wide = rows(new double[] {-1e308, 1e308}, 1, 2);
    assertThat(predictions(wide, 1e-170, 1e308)).containsExactly(2);
  }

  @Test
  void learning_leaves_far_rows_with_large_labels_out_of_the_loss_of_others() {
    WorkedExample near = rows(new double[] {0, 0.5, 1, 1.5}, 1, 2, 3, 5);
    WorkedExample data =
        rows(new double[] {0, 0.5, 1, 1.5, 1e3, 1e3 + 0.5}, 1, 2, 3, 5, 1e200, 1e200);
    LeaveOneOut training = new LeaveOneOut(null, data.keys(), 6);
    PoolingOracle oracle = new PoolingOracle(near);
    for (double width : new double[] {1, 3, 30}) {
      double expected = oracle.loss(width);
      assertThat(training.at(width).loss()).isCloseTo(expected, within(1e-9 * expected));
      assertThat(training.at(width).gradient()).isFinite();
    }
  }

  @Test
  void both_ways_of_learning_refuse_features_that_span_more_than_a_double_holds_squared() {
    LeaveOneOut wide =
        new LeaveOneOut(null, rows(new double[] {-1e200, 5, 1e200}, 1, 2, 3).keys(), 3);
    String rule = "a width cannot be learned: the features span more than a double holds squared";
    assertThatThrownBy(() -> new WidthSearch(wide).learn()).hasMessage(rule);
    assertThatThrownBy(() -> new WidthDescent(1, 0.5, 5).learn(wide)).hasMessage(rule);
  }

  @Test
  void far_queries_alone_have_the_bits_they_have_among_near_ones() {
    WorkedExample data = WorkedExample.random(21, 500, 2);
    double[][] queries = WorkedExample.random(22, 256, 2).inputs();
    for (int i = 0; i < queries.length; i += 3) {
      queries[i][0] *= 1e3;
    }
    Pooler pooler = new Pooler(data.keys(), 9);
    double[] together = pooler.predict(queries);
    for (int i = 0; i < queries.length; i += 7) {
      assertThat(pooler.predict(new double[][] {queries[i]})).containsExactly(together[i]);
    }
  }
}
