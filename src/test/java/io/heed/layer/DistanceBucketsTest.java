package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistanceBucketsTest {
  private static final DistanceBuckets T5 = new DistanceBuckets(32, 128);

  /** What the function of transformers 4.57.6 gives, whose logarithms are of float32. */
  @ParameterizedTest
  @CsvSource({
    "0, 0", "1, 1", "7, 7", "8, 8", "11, 8", "12, 9", "15, 9", "16, 10", "22, 10", "23, 11",
    "31, 11", "32, 12", "45, 12", "46, 13", "63, 13", "64, 14", "90, 14", "91, 15", "127, 15",
    "128, 15", "600, 15"
  })
  void theBucketsAreThoseOfTransformers(int distance, int bucket) {
    assertThat(T5.of(-distance)).isEqualTo(bucket);
    assertThat(T5.of(distance)).isEqualTo(distance == 0 ? 0 : 16 + bucket);
  }
}
