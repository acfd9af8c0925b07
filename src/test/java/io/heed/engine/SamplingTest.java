package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -1       | 0  | 1    | a temperature is 0 or at least 0.01, not -1.0
          0.009    | 0  | 1    | a temperature is 0 or at least 0.01, not 0.009
          NaN      | 0  | 1    | a temperature is 0 or at least 0.01, not NaN
          Infinity | 0  | 1    | a temperature is 0 or at least 0.01, not Infinity
          1        | -1 | 1    | a draw among the -1 most likely tokens is not possible
          1        | 0  | 0    | a sum of probabilities is above 0 and at most 1, not 0.0
          1        | 0  | 1.01 | a sum of probabilities is above 0 and at most 1, not 1.01
          1        | 0  | NaN  | a sum of probabilities is above 0 and at most 1, not NaN
          """)
  void numbers_out_of_their_range(double temperature, int topK, double topP, String message) {
    assertThatThrownBy(() -> new Sampling(temperature, topK, topP, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void numbers_at_its_ends() {
    Sampling sampling = new Sampling(Sampling.LEAST_TEMPERATURE, 0, Double.MIN_VALUE, -1);
    assertThat(sampling.temperature()).isEqualTo(0.01);
    assertThat(new Sampling(Double.MAX_VALUE, Integer.MAX_VALUE, 1, 0).topP()).isEqualTo(1);
  }
}
