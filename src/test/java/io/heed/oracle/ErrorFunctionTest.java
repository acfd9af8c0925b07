package io.heed.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;

class ErrorFunctionTest {
  @Test
  void agreesWithCommonsMath() {
    for (double x = -6.5; x <= 6.5; x += 0.00137) {
      assertThat(ErrorFunction.erf(x)).as("erf(%s)", x).isCloseTo(Erf.erf(x), within(1e-14));
    }
  }

  /** Abramowitz and Stegun, Handbook of Mathematical Functions, table 7.1. */
  @Test
  void agreesWithPublishedTable() {
    assertThat(ErrorFunction.erf(0.5)).isCloseTo(0.5204998778, within(5e-11));
    assertThat(ErrorFunction.erf(1)).isCloseTo(0.8427007929, within(5e-11));
    assertThat(ErrorFunction.erf(2)).isCloseTo(0.9953222650, within(5e-11));
  }

  @Test
  void keepsSignsLimitsAndNaN() {
    assertThat(ErrorFunction.erf(-0.0)).isEqualTo(-0.0);
    assertThat(ErrorFunction.erf(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(ErrorFunction.erf(-40)).isEqualTo(-1);
    assertThat(ErrorFunction.erf(Double.NaN)).isNaN();
  }
}
