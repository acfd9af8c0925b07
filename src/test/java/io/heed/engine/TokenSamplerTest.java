package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.kernel.Scratch;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSamplerTest {
  private static final Kernels REFERENCE = new ReferenceKernels();
  private static final int DRAWS = 20_000;

  private static TokenSampler sampler(Sampling sampling) {
    return new TokenSampler(sampling, REFERENCE, new Scratch());
  }

  private static Matrix row(float... logits) {
    return Matrix.of(logits.clone(), 1, logits.length);
  }

  private static float[] logits(long seed, int count, double deviation) {
    Random random = new Random(seed);
    float[] logits = new float[count];
    for (int id = 0; id < count; id++) {
      logits[id] = (float) (deviation * random.nextGaussian());
    }
    return logits;
  }

  /**
   * What each token's probability is in float64, as Hugging Face's logits warpers make it: the
   * temperature, then the {@code topK}, then the fewest whose share of these reaches {@code topP}.
   */
  private static double[] probabilities(float[] logits, Sampling sampling) {
    int[] order =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble(id -> -(double) logits[id]))
            .mapToInt(Integer::intValue)
            .toArray();
    int among = sampling.topK() == 0 ? logits.length : Math.min(logits.length, sampling.topK());
    double[] weights = new double[logits.length];
    double all = 0;
    for (int i = 0; i < among; i++) {
      double above = (double) logits[order[i]] - logits[order[0]];
      weights[order[i]] = Math.exp(above / sampling.temperature());
      all += weights[order[i]];
    }
    double kept = 0;
    for (int i = 0; i < among; i++) {
      if (kept >= sampling.topP() * all) {
        weights[order[i]] = 0;
      }
      kept += weights[order[i]];
    }
    for (int id = 0; id < weights.length; id++) {
      weights[id] /= kept;
    }
    return weights;
  }

  private static int[] counts(float[] logits, Sampling sampling) {
    TokenSampler sampler = sampler(sampling);
    Matrix row = row(logits);
    int[] counts = new int[logits.length];
    for (int draw = 0; draw < DRAWS; draw++) {
      counts[sampler.choose(row, 0, draw / 100, draw % 100).orElseThrow()]++;
    }
    return counts;
  }

  @ParameterizedTest
  @CsvSource({
    // vocabulary, deviation, temperature, topK, topP
    "2, 1, 1, 0, 1",
    "20, 1, 1, 0, 1",
    "20, 1, 0.3, 0, 1",
    "20, 1, 5, 0, 1",
    "20, 1, 1e300, 0, 1",
    "20, 2, 1, 5, 1",
    "20, 2, 1, 1, 1",
    "20, 2, 1, 20, 1",
    "20, 2, 1, 21, 1",
    "20, 1, 1, 0, 0.6",
    "20, 1, 1, 0, 0.05",
    "20, 1, 1, 0, 0.9999",
    "20, 1, 0.7, 8, 0.6",
    "20, 1, 2, 3, 0.5",
    // More candidates than are looked at first, and more than are looked at then.
    "300, 0.1, 1, 0, 0.5",
    "1000, 0.1, 1, 0, 0.9",
    "300, 0.1, 1, 200, 0.8",
    "300, 0.1, 1, 100, 1"
  })
  void draws_have_the_probabilities_of_float64(
      int vocabulary, double deviation, double temperature, int topK, double topP) {
    float[] logits = logits(vocabulary, vocabulary, deviation);
    Sampling sampling = new Sampling(temperature, topK, topP, 42);
    double[] probabilities = probabilities(logits, sampling);
    int[] counts = counts(logits, sampling);
    double chiSquare = 0;
    int free = -1;
    for (int id = 0; id < vocabulary; id++) {
      double expected = DRAWS * probabilities[id];
      if (expected == 0) {
        assertThat(counts[id]).as("token %d", id).isZero();
      } else {
        chiSquare += (counts[id] - expected) * (counts[id] - expected) / expected;
        free++;
      }
    }
    // Four deviations of the distribution; the draws are the same each time.
    assertThat(chiSquare).isLessThanOrEqualTo(free + 4 * Math.sqrt(2.0 * free));
    if (free > 0) {
      assertThat(chiSquare).isPositive();
    }
  }

  @Property(tries = 300)
  void draws_are_among_those_that_are_kept(
      @ForAll @IntRange(min = 1, max = 700) int vocabulary,
      @ForAll @DoubleRange(min = 0.01, max = 3) double temperature,
      @ForAll @IntRange(max = 700) int topK,
      @ForAll @DoubleRange(min = 0.01, max = 1) double topP,
      @ForAll long seed) {
    float[] logits = logits(seed, vocabulary, 0.5);
    TokenSampler sampler = sampler(new Sampling(temperature, topK, topP, seed));
    // What float32 makes of the sum may let in the token behind the last.
    double wider = Math.min(1, topP + 1e-5);
    double[] kept = probabilities(logits, new Sampling(temperature, topK, wider, seed));
    for (int key = 0; key < 20; key++) {
      int id = sampler.choose(row(logits), 0, key, 3).orElseThrow();
      assertThat(kept[id]).as("token %d", id).isPositive();
    }
  }

  @Test
  void a_sum_that_the_first_token_reaches_leaves_it_alone() {
    float[] logits = {0, 2, 1, -1, 2};
    TokenSampler sampler = sampler(new Sampling(1, 0, Double.MIN_VALUE, 5));
    for (int key = 0; key < 100; key++) {
      assertThat(sampler.choose(row(logits), 0, key, 0)).hasValue(1);
    }
  }

  @Test
  void the_sum_is_of_what_top_k_has_left() {
    // Of all 0.4, 0.3, 0.2, 0.1; of the first two 0.57 and 0.43.
    float[] logits = {log(0.2), log(0.4), log(0.1), log(0.3)};
    assertThat(counts(logits, new Sampling(1, 2, 0.56, 1))).containsExactly(0, DRAWS, 0, 0);
    assertThat(counts(logits, new Sampling(1, 0, 0.56, 1))[3]).isPositive();
    int[] both = counts(logits, new Sampling(1, 2, 0.58, 1));
    assertThat(both[1]).isGreaterThan(both[3]);
    assertThat(both[1] + both[3]).isEqualTo(DRAWS);
  }

  private static float log(double probability) {
    return (float) Math.log(probability);
  }

  @Test
  void the_temperature_comes_before_the_sum() {
    float[] logits = {log(0.4), log(0.3), log(0.2), log(0.1)};
    // Squared: 0.53, 0.3, 0.13, 0.03.
    assertThat(counts(logits, new Sampling(0.5, 0, 0.5, 1))).containsExactly(DRAWS, 0, 0, 0);
    assertThat(counts(logits, new Sampling(1, 0, 0.5, 1))[1]).isPositive();
  }

  @Test
  void a_low_temperature_takes_the_most_likely_token() {
    float[] logits = logits(3, 5_000, 1);
    logits[4_321] = 6;
    for (Sampling sampling :
        List.of(
            new Sampling(Sampling.LEAST_TEMPERATURE, 0, 1, 1),
            new Sampling(Sampling.LEAST_TEMPERATURE, 100, 1, 1),
            new Sampling(Sampling.LEAST_TEMPERATURE, 0, 0.999, 1))) {
      for (int key = 0; key < 50; key++) {
        assertThat(sampler(sampling).choose(row(logits), 0, key, 0)).hasValue(4_321);
      }
    }
  }

  @Test
  void a_token_without_probability_is_not_drawn() {
    float[] logits = new float[200];
    Arrays.fill(logits, -1_000);
    logits[17] = 0;
    logits[150] = 0;
    for (Sampling sampling :
        List.of(
            new Sampling(1, 0, 1, 1),
            new Sampling(1, 100, 1, 1),
            new Sampling(1, 0, Math.nextDown(1.0), 1))) {
      int[] counts = counts(logits, sampling);
      assertThat(counts[17] + counts[150]).isEqualTo(DRAWS);
      assertThat(counts[17]).isBetween(DRAWS / 2 - 500, DRAWS / 2 + 500);
    }
  }

  @Test
  void greedy_takes_the_first_of_the_largest() {
    TokenSampler sampler = sampler(Sampling.GREEDY);
    assertThat(sampler.choose(row(-3, -1, -2, -1), 0, 9, 9)).hasValue(1);
    assertThat(sampler.choose(row(-1, -0f, 0f), 0, 9, 9)).hasValue(1);
    assertThat(sampler.choose(row(5), 0, 9, 9)).hasValue(0);
    Matrix two = new Matrix(new float[] {9, 1, 2, 9, 4, 3, 9}, 1, 2, 2, 3);
    assertThat(sampler.choose(two, 0, 0, 0)).hasValue(1);
    assertThat(sampler.choose(two, 1, 0, 0)).hasValue(0);
  }

  @Test
  void draws_depend_on_seed_key_and_step_alone() {
    float[] logits = logits(8, 100, 0.1);
    for (Sampling sampling :
        List.of(new Sampling(1, 0, 1, 4), new Sampling(1, 90, 1, 4), new Sampling(1, 0, 0.97, 4))) {
      TokenSampler used = sampler(sampling);
      int[] ids = draws(used, logits);
      used.choose(row(logits(1, 3, 1)), 0, 77, 77);
      used.choose(row(logits(1, 900, 1)), 0, 77, 77);
      assertThat(draws(used, logits)).isEqualTo(ids);
      TokenSampler simd =
          new TokenSampler(
              sampling, KernelProvider.choose(KernelChoice.SIMD).kernels(), new Scratch());
      assertThat(draws(simd, logits)).isEqualTo(ids);
      Sampling other = new Sampling(1, sampling.topK(), sampling.topP(), 5);
      assertThat(draws(sampler(other), logits)).isNotEqualTo(ids);
    }
  }

  /** Three draws of a key, and three of another. */
  private static int[] draws(TokenSampler sampler, float... logits) {
    Matrix row = row(logits);
    int[] ids = new int[60];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = sampler.choose(row, 0, i < 30 ? 1 : -7, i % 30).orElseThrow();
    }
    assertThat(row.data()).containsExactly(logits);
    assertThat(Arrays.copyOf(ids, 30)).isNotEqualTo(Arrays.copyOfRange(ids, 30, 60));
    assertThat(Arrays.stream(ids, 0, 30).distinct().count()).isGreaterThan(10);
    return ids;
  }

  @ParameterizedTest
  @ValueSource(
      floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE})
  void logits_without_probabilities_choose_nothing(float logit) {
    Matrix rows = Matrix.of(new float[] {1, logit, 2, 0, 3, 1}, 2, 3);
    for (Sampling sampling :
        List.of(new Sampling(1, 0, 1, 0), new Sampling(0.5, 2, 1, 0), new Sampling(1, 0, 0.9, 0))) {
      assertThat(sampler(sampling).choose(rows, 0, 0, 0)).isEqualTo(OptionalInt.empty());
      assertThat(sampler(sampling).choose(rows, 1, 0, 0)).isPresent();
    }
    OptionalInt greedy = sampler(Sampling.GREEDY).choose(rows, 0, 0, 0);
    assertThat(greedy.isPresent()).isEqualTo(Float.isFinite(logit));
  }
}
