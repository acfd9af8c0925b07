package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactDecimalTest {

  @Property(tries = 20_000)
  void theNativeLibraryReadsTheScore(@ForAll @FloatRange(min = -1000, max = 1000) float score) {
    if (Math.abs(score) >= 1e-5 || score == 0) {
      assertThat(asNative(ExactDecimal.of(score))).isEqualTo(score);
    }
    assertThat(ExactDecimal.of(score).doubleValue()).isEqualTo((double) score);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -100, -0.1f, -3.3333333f, 1e-5f, 1e18f, -16777216, 0.5f})
  void soItDoesAtTheEnds(float score) {
    assertThat(asNative(ExactDecimal.of(score))).isEqualTo(score);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.MIN_VALUE, -1e-30f, 1e-10f, 1e30f, Float.MAX_VALUE})
  void ofOthersTheNearestIsWritten(float score) {
    assertThat(ExactDecimal.of(score).doubleValue()).isEqualTo((double) score);
  }

  /** As serde_json reads a number unless it is built to take more care. */
  private static double asNative(BigDecimal decimal) {
    double digits = decimal.unscaledValue().longValueExact();
    return decimal.scale() < 0
        ? digits * Math.pow(10, -decimal.scale())
        : digits / Math.pow(10, decimal.scale());
  }
}
