package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.kernel.AttentionMask;
import io.heed.kernel.RelativeBias;
import org.junit.jupiter.api.Test;

class AlibiTest {

  @Test
  void slopesOfAPowerOfTwoHeadsAreAPowerSeries() {
    assertThat(Alibi.slopes(8))
        .containsExactly(
            0.5f, 0.25f, 0.125f, 0.0625f, 0.03125f, 0.015625f, 0.0078125f, 0.00390625f);
    assertThat(Alibi.slopes(1)).containsExactly(0.00390625f);
  }

  /** What {@code rebuild_alibi_tensor} of JinaBERT's code gives for 12 heads and for 3. */
  @Test
  void otherNumbersOfHeadsHaveTheSlopesOfTwoPowers() {
    assertThat(Alibi.slopes(12))
        .containsExactly(
            0.5f,
            0.25f,
            0.125f,
            0.0625f,
            0.03125f,
            0.015625f,
            0.0078125f,
            0.00390625f,
            0.70710677f,
            0.35355338f,
            0.17677669f,
            0.088388346f);
    assertThat(Alibi.slopes(3)).containsExactly(0.0625f, 0.00390625f, 0.25f);
  }

  @Test
  void aBiasIsTheSlopeTimesTheDistanceOnceItIsScaled() {
    AttentionSpec spec = AttentionSpec.of(3, 5, AttentionMask.none());
    RelativeBias bias = Alibi.of(spec, 40);
    assertThat(bias.heads()).isEqualTo(3);
    assertThat(bias.reach()).isEqualTo(39);
    float[] slopes = Alibi.slopes(3);
    for (int head = 0; head < 3; head++) {
      for (int distance = -39; distance <= 39; distance++) {
        double scaled = bias.values().at(head, 39 + distance) / Math.sqrt(5);
        assertThat(scaled).isCloseTo(-slopes[head] * Math.abs(distance), within(1e-6));
      }
    }
  }

  @Test
  void aModelOfOnePositionHasADistance() {
    assertThat(Alibi.of(AttentionSpec.of(2, 4, AttentionMask.none()), 1).reach()).isZero();
  }
}
