package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static float[] ones(Dropout dropout, int sequence, int head, int query, int n) {
    float[] values = new float[n];
    Arrays.fill(values, 1);
    dropout.apply(sequence, head, query, values, 0, n);
    return values;
  }

  private static float[] ones(Dropout dropout, int sequence) {
    return ones(dropout, sequence, 0, 0, 200);
  }

  @Test
  void aDrawGoesByTheNameOfASequenceAndNotByItsNumber() {
    Dropout dropout = new Dropout(0.5, 7);
    float[] named = ones(dropout.ofSequences(3, Long.MIN_VALUE, 99), 1);
    assertThat(ones(dropout.ofSequences(Long.MIN_VALUE), 0)).containsExactly(named);
    assertThat(ones(dropout.ofSequences(3, Long.MIN_VALUE, 99).fromSequence(1), 0))
        .containsExactly(named);
    assertThat(ones(dropout.ofSequences(99), 0)).isNotEqualTo(named);
    assertThat(ones(dropout.ofSequences(5, 6), 0)).containsExactly(ones(dropout, 5));
  }

  @Test
  void layersSeedsHeadsAndQueriesDrawForThemselves() {
    Dropout dropout = new Dropout(0.5, 7);
    float[][] draws = {
      ones(dropout, 0),
      ones(dropout.ofLayer(0), 0),
      ones(dropout.ofLayer(1), 0),
      ones(new Dropout(0.5, 8), 0),
      ones(dropout, 1),
      ones(dropout, 0, 1, 0, 200),
      ones(dropout, 0, 0, 1, 200)
    };
    for (int i = 0; i < draws.length; i++) {
      for (int j = 0; j < i; j++) {
        int alike = 0;
        for (int k = 0; k < 200; k++) {
          alike += draws[i][k] == draws[j][k] ? 1 : 0;
        }
        assertThat(alike).as("%d and %d", i, j).isBetween(60, 140);
      }
    }
  }

  @Test
  void headsOfALayerDrawTheSameInGroups() {
    Dropout dropout = new Dropout(0.5, 7);
    assertThat(ones(dropout.fromHead(2).fromHead(1), 4, 1, 3, 200))
        .containsExactly(ones(dropout, 4, 4, 3, 200));
    assertThat(ones(dropout.fromHead(2).ofSequences(9).ofLayer(1), 0, 0, 0, 200))
        .containsExactly(ones(dropout.ofLayer(1), 9, 2, 0, 200));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 0.5, 0.9})
  void theShareIsDroppedAndTheMeanStays(double rate) {
    float[] values = ones(new Dropout(rate, 1), 0, 0, 0, 100_000);
    double mean = 0;
    int zeros = 0;
    for (float value : values) {
      assertThat(value).isIn(0f, (float) (1 / (1 - rate)));
      mean += value / values.length;
      zeros += value == 0 ? 1 : 0;
    }
    assertThat(zeros / 1e5).isCloseTo(rate, within(0.01));
    assertThat(mean).isCloseTo(1, within(0.03));
  }

  @Test
  void noneChangesNothing() {
    assertThat(ones(Dropout.NONE.ofSequences(4).ofLayer(2), 0)).containsOnly(1);
  }

  @Test
  void aRateOutOfRangeIsRefused() {
    for (double rate : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> new Dropout(rate, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a dropout of %s is not in [0, 1)".formatted(rate));
    }
  }
}
