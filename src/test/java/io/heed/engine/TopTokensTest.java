package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TopTokensTest {
  /** The rule, written a second time; both zeros are one value. */
  private static int[] sorted(float[] values, int k) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(id -> values[id] == 0 ? 0 : -(double) values[id])
                .thenComparing(Comparator.naturalOrder()))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  @Property
  void are_the_first_of_all_in_order(
      @ForAll("values") float[] values,
      @ForAll @IntRange(max = 130) int k,
      @ForAll @IntRange(max = 5) int before) {
    float[] within = new float[before + values.length + 3];
    Arrays.fill(within, Float.NaN);
    System.arraycopy(values, 0, within, before, values.length);

    assertThat(TopTokens.of(within, before, values.length, k)).isEqualTo(sorted(values, k));
  }

  @Provide
  Arbitrary<float[]> values() {
    Arbitrary<Float> few =
        Arbitraries.of(
            -0f,
            0f,
            -1f,
            1f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY);
    Arbitrary<Float> any =
        Arbitraries.integers().map(Float::intBitsToFloat).filter(value -> !Float.isNaN(value));
    return Arbitraries.oneOf(few, any).array(float[].class).ofMinSize(0).ofMaxSize(120);
  }

  @Test
  void of_a_large_vocabulary() {
    float[] values = new float[50_257];
    for (int id = 0; id < values.length; id++) {
      values[id] = (float) Math.sin(id * 7919.0) * (id % 3 - 1);
    }
    for (int k : new int[] {0, 1, 64, 4_096, values.length, values.length + 1}) {
      assertThat(TopTokens.of(values, 0, values.length, k)).isEqualTo(sorted(values, k));
    }
  }

  @Test
  void equal_values_come_by_their_ids() {
    float[] values = {1, 3, -0f, 0, 3, 1, 3};
    assertThat(TopTokens.of(values, 0, 7, 7)).containsExactly(1, 4, 6, 0, 5, 2, 3);
    assertThat(TopTokens.of(values, 0, 7, 2)).containsExactly(1, 4);
    assertThat(TopTokens.of(new float[20], 0, 20, 3)).containsExactly(0, 1, 2);
  }
}
