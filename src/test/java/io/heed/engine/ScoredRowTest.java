package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoredRowTest {
  private static double perplexity(int tokens, double logLikelihood) {
    return new ScoredRow(tokens, logLikelihood, new float[tokens - 1], List.of()).perplexity();
  }

  @Test
  void perplexity_is_of_the_mean_over_the_tokens_after_the_first() {
    assertThat(perplexity(2, -Math.log(5))).isCloseTo(5, within(1e-12));
    assertThat(perplexity(4, -3 * Math.log(7))).isCloseTo(7, within(1e-12));
    assertThat(perplexity(3, 0)).isEqualTo(1);
    assertThat(perplexity(1, 0)).isNaN();
    assertThat(perplexity(2, -1e6)).isInfinite();
  }
}
