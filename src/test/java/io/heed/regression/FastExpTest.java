package io.heed.regression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FastExpTest {

  @Test
  void differs_little_from_the_exponential() {
    assertThat(worst(-1, 0)).isLessThan(1e-13);
    assertThat(worst(-40, -1)).isLessThan(1e-13);
    assertThat(worst(-100, -40)).isLessThan(5e-13);
    assertThat(worst(-350, -100)).isLessThan(1e-5);
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
  void zero_gives_exactly_one_and_anything_far_almost_nothing() {
    assertThat(FastExp.of(0)).isEqualTo(1);
    assertThat(FastExp.of(-0.0)).isEqualTo(1);
    for (double far : new double[] {-351, -1e300, Double.NEGATIVE_INFINITY}) {
      assertThat(FastExp.of(far)).isEqualTo(FastExp.of(FastExp.LEAST)).isBetween(1e-153, 1.1e-152);
    }
    assertThat(FastExp.of(Double.NaN)).isNaN();
  }

  @Test
  void arrays_of_every_length_have_the_bits_of_single_values() {
    Random random = new Random(12);
    for (int length = 0; length < 300; length++) {
      double[] x = random.doubles(length, -400, 0).toArray();
      double[] expected = Arrays.stream(x).map(FastExp::of).toArray();
      FastExp.inPlace(x);
      assertThat(x).isEqualTo(expected);
    }
  }
}
