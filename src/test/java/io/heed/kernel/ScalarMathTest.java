package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarMathTest {

  @Test
  void exp2IsWithinOneInTenMillion() {
    double worst = 0;
    for (float x = -125f; x <= 127f; x += 1e-3f) {
      double expected = Math.pow(2, x);
      worst = Math.max(worst, Math.abs(ScalarMath.exp2(x) - expected) / expected);
    }
    assertThat(worst).isLessThan(1e-7);
  }

  @Test
  void exp2OfSpecialValues() {
    assertThat(ScalarMath.exp2(0f)).isEqualTo(1f);
    assertThat(ScalarMath.exp2(-0f)).isEqualTo(1f);
    assertThat(ScalarMath.exp2(Float.MIN_VALUE)).isEqualTo(1f);
    assertThat(ScalarMath.exp2(10f)).isEqualTo(1024f);
    assertThat(ScalarMath.exp2(-125f)).isEqualTo(Math.scalb(1f, -125));
    assertThat(ScalarMath.exp2(-126f)).isZero();
    assertThat(ScalarMath.exp2(-5e6f)).isZero();
    assertThat(ScalarMath.exp2(-1e9f)).isZero();
    assertThat(ScalarMath.exp2(-Float.MAX_VALUE)).isZero();
    assertThat(ScalarMath.exp2(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(ScalarMath.exp2(127f)).isEqualTo(Math.scalb(1f, 127));
  }

  /** Values of erf from Abramowitz and Stegun, Handbook of Mathematical Functions, table 7.1. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.1, 0.1124629160",
    "0.5, 0.5204998778",
    "1, 0.8427007929",
    "1.5, 0.9661051465",
    "2, 0.9953222650"
  })
  void erfOfTabulatedValues(float x, double expected) {
    assertThat((double) ScalarMath.erf(x)).isCloseTo(expected, within(3e-7));
    assertThat(ScalarMath.erf(-x)).isEqualTo(-ScalarMath.erf(x));
  }

  @Test
  void erfSaturates() {
    assertThat(ScalarMath.erf(4f)).isEqualTo(1f);
    assertThat(ScalarMath.erf(Float.POSITIVE_INFINITY)).isEqualTo(1f);
    assertThat(ScalarMath.erf(-1e30f)).isEqualTo(-1f);
    assertThat(ScalarMath.erf(Float.NaN)).isNaN();
  }

  /** Against the series of erf in double. */
  @Test
  void geluIsWithinAMillionth() {
    for (float v = -8f; v <= 8f; v += 1e-3f) {
      double expected = v / 2.0 * (1 + erfInDouble(v / Math.sqrt(2)));
      assertThat((double) ScalarMath.gelu(v)).isCloseTo(expected, within(1e-6));
    }
    assertThat(ScalarMath.gelu(-1e30f)).isZero();
    assertThat(ScalarMath.gelu(1e30f)).isEqualTo(1e30f);
  }

  /** 2/√π · Σ (−1)^n x^(2n+1) / (n! (2n+1)); cancellation leaves 1e-9 at the ends. */
  private static double erfInDouble(double x) {
    if (Math.abs(x) > 4) {
      return Math.signum(x);
    }
    double power = x;
    double sum = x;
    for (int n = 1; n < 100; n++) {
      power *= -x * x / n;
      sum += power / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  @Test
  void foldAddsHalvesOfHalves() {
    float[] lanes = new float[16];
    lanes[0] = 1e8f;
    lanes[8] = -1e8f;
    lanes[4] = 1f;
    assertThat(ScalarMath.fold(lanes)).isEqualTo(1f);
    lanes[8] = 0f;
    lanes[12] = -1e8f;
    assertThat(ScalarMath.fold(lanes)).isZero();
  }
}
