package io.heed.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolerTest {
  private static double largest(double... values) {
    return Arrays.stream(values).map(Math::abs).max().orElse(0);
  }

  @ParameterizedTest(name = "{0} keys of {1} features, {2} queries")
  @CsvSource({
    "1, 1, 1",
    "1, 3, 2",
    "2, 1, 1",
    "15, 1, 7",
    "16, 2, 255",
    "17, 1, 256",
    "33, 5, 257",
    "50, 1, 50",
    "500, 1, 3",
    "1000, 7, 300"
  })
  void predictions_and_weights_are_those_of_the_formula(int n, int d, int m) {
    WorkedExample data = WorkedExample.random(n * 31 + d, n, d);
    PoolingOracle oracle = new PoolingOracle(data);
    double[][] queries = WorkedExample.random(n * 37 + m, m, d).inputs();
    for (double width : new double[] {0, 0.3, 1, -2.5, 6}) {
      Pooler pooler = new Pooler(data.keys(), width);
      double[] predictions = pooler.predict(queries);
      double tolerance = 1e-12 * largest(data.labels());
      for (int i = 0; i < m; i++) {
        assertThat(predictions[i])
            .as("query %d, width %s", i, width)
            .isCloseTo(oracle.predict(queries[i], width), within(tolerance));
      }
    }
  }

  @Test
  void the_weights_of_the_gaussian_kernel_are_the_softmax_of_half_the_squared_distances() {
    WorkedExample data = WorkedExample.seeded(3);
    double[][] queries = new double[50][];
    Arrays.setAll(queries, i -> new double[] {i / 10.0});
    double[][] weights = new Pooler(data.keys(), 1).weights(queries);
    for (int i = 0; i < queries.length; i++) {
      double[] expected = new PoolingOracle(data).weights(queries[i], 1, -1);
      assertThat(weights[i]).hasSize(50);
      for (int k = 0; k < 50; k++) {
        assertThat(weights[i][k]).isCloseTo(expected[k], within(1e-15));
      }
      assertThat(Arrays.stream(weights[i]).sum()).isCloseTo(1, within(1e-14));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 48, 160, 1008})
  void blocks_of_any_size_give_the_same_bits(int blockSize) {
    WorkedExample data = WorkedExample.random(8, 1000, 3);
    double[][] queries = WorkedExample.random(9, 300, 3).inputs();
    double[] whole = new Pooler(data.keys(), 1.7).predict(queries);
    assertThat(new Pooler(data.keys(blockSize), 1.7).predict(queries)).isEqualTo(whole);
  }

  @Test
  void a_query_alone_has_the_bits_it_has_among_others() {
    WorkedExample data = WorkedExample.random(10, 777, 2);
    double[][] queries = WorkedExample.random(11, 600, 2).inputs();
    Pooler pooler = new Pooler(data.keys(), 2);
    double[] together = pooler.predict(queries);
    Random random = new Random(12);
    for (int i = 0; i < 40; i++) {
      int from = random.nextInt(600);
      int to = from + 1 + random.nextInt(600 - from);
      assertThat(pooler.predict(Arrays.copyOfRange(queries, from, to)))
          .isEqualTo(Arrays.copyOfRange(together, from, to));
    }
  }

  @Test
  void width_zero_is_the_average_whatever_the_query() {
    WorkedExample data = WorkedExample.random(13, 100, 2);
    double mean = Arrays.stream(data.labels()).average().orElseThrow();
    double[] predictions = new Pooler(data.keys(), 0).predict(new double[][] {{0, 0}, {1e9, -1e9}});
    assertThat(predictions[0]).isCloseTo(mean, within(1e-14));
    assertThat(predictions[1]).isEqualTo(predictions[0]);
  }

  @Test
  void a_query_far_from_all_keys_gets_the_nearest_value_and_not_nothing() {
    WorkedExample data = new WorkedExample(new double[][] {{0}, {1}, {2}}, new double[] {5, 6, 7});
    assertThat(new Pooler(data.keys(), 1).predict(new double[][] {{1e6}, {-1e6}}))
        .containsExactly(7, 5);
  }

  @Test
  void large_values_do_not_drown_in_small_weights() {
    WorkedExample data = new WorkedExample(new double[][] {{0}, {100}}, new double[] {1, 1e30});
    assertThat(new Pooler(data.keys(), 1).predict(new double[][] {{0}})).containsExactly(1);
  }

  @Test
  void queries_of_another_size_and_too_many_weights_are_refused() {
    Pooler pooler = new Pooler(WorkedExample.random(14, 5000, 2).keys(), 1);
    assertThatThrownBy(() -> pooler.predict(new double[][] {{1, 2, 3}}))
        .isInstanceOf(RegressionException.class)
        .hasMessage("a query has 3 features, and the model was fitted on 2");
    assertThatThrownBy(() -> pooler.weights(new double[4000][2]))
        .hasMessage("the weights of 4000 queries for 5000 keys are more than 16777216");
  }
}
