package io.heed.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FastExpTest {
  @Test
  void differs_little_from_the_exponential() {
    assertThat(worst(-1, 0)).isLessThan(1e-13);
    assertThat(worst(-40, -1)).isLessThan(1e-13);
    assertThat(worst(-100, -40)).isLessThan(5e-13);
    assertThat(worst(-708, -100)).isLessThan(2e-7);
  }

  private static double worst(double from, double to) {
    Random random = new Random(11);
    double worst = 0;
    for (int i = 0; i < 200_000; i++) {
      double x = from + (to - from) * random.nextDouble();
      double exact = StrictMath.exp(x);
      worst = Math.max(worst, Math.abs(FastExp.of(x) - exact) / exact);
    }
    return worst;
  }

  @Test
  void subnormal_results_differ_in_their_last_bit_at_most() {
    for (double x = -708; x > -746.5; x -= 1 / 64.0) {
      double exact = StrictMath.exp(x);
      assertThat(FastExp.of(x))
          .as("exp(%s)", x)
          .isCloseTo(exact, within(2e-7 * exact + Double.MIN_VALUE));
    }
  }

  @Test
  void zero_gives_exactly_one_and_anything_far_exactly_nothing() {
    assertThat(FastExp.of(0)).isEqualTo(1);
    assertThat(FastExp.of(-0.0)).isEqualTo(1);
    double[] far = {-745.2, FastExp.NOTHING, -747, -1e300, Double.NEGATIVE_INFINITY};
    for (double x : far) {
      assertThat(FastExp.of(x)).as("exp(%s)", x).isEqualTo(0);
    }
    assertThat(FastExp.of(Double.NaN)).isNaN();
  }

  @Test
  void arrays_of_every_length_have_the_bits_of_single_values() {
    Random random = new Random(12);
    for (int length = 0; length < 300; length++) {
      double[] x = random.doubles(length, -800, 0).toArray();
      double[] expected = Arrays.stream(x).map(FastExp::of).toArray();
      FastExp.any(x, new double[length]);
      assertThat(x).isEqualTo(expected);
    }
  }

  @Test
  void near_numbers_have_the_same_bits_among_near_ones_and_among_far_ones() {
    double[] x = new Random(13).doubles(1000, FastExp.NEAR, 0).toArray();
    x[0] = FastExp.NEAR;
    double[] expected = Arrays.stream(x).map(FastExp::of).toArray();
    FastExp.near(x);
    assertThat(x).isEqualTo(expected);
  }
}
