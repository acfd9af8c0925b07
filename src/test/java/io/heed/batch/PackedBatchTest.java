package io.heed.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.batch.PackedBatch.Part;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackedBatchTest {
  @Test
  void partsHoldWholeSequencesUpToTheLimit() {
    List<Part> parts = batch(3, 5, 2, 9, 1, 8, 8).parts(8);
    assertThat(parts).extracting(Part::firstToken).containsExactly(0, 8, 10, 19, 20, 28);
    assertThat(parts).extracting(Part::tokens).containsExactly(8, 2, 9, 1, 8, 8);
    assertThat(parts.get(0).cumulativeLengths()).containsExactly(0, 3, 8);
    assertThat(parts.get(2).cumulativeLengths()).containsExactly(0, 9);
  }

  @Test
  void anEmptyBatchHasNoParts() {
    assertThat(batch().parts(8)).isEmpty();
  }

  @Test
  void typesAndPositionsLieEndToEndAsTheTokensDo() {
    PackedBatch batch = PackedBatch.of(List.of(new int[] {7, 8}, new int[] {9}));
    assertThat(batch.tokenTypeIds()).isEmpty();
    assertThat(batch.positionIds()).isEmpty();
    PackedBatch typed = batch.withTokenTypeIds(List.of(new int[] {0, 1}, new int[] {1}));
    assertThat(typed.tokenTypeIds()).contains(new int[] {0, 1, 1});
    PackedBatch placed = typed.withPositionIds(List.of(new int[] {4, 5}, new int[] {6}));
    assertThat(placed.positionIds()).contains(new int[] {4, 5, 6});
    assertThat(placed.tokenTypeIds()).contains(new int[] {0, 1, 1});
    assertThat(placed.inputIds()).containsExactly(7, 8, 9);
    assertThatThrownBy(() -> batch.withTokenTypeIds(List.of(new int[2])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 token types do not fit 3 tokens");
    assertThatThrownBy(() -> batch.withPositionIds(List.of(new int[4])))
        .hasMessage("4 positions do not fit 3 tokens");
  }

  private static PackedBatch batch(int... lengths) {
    return PackedBatch.of(IntStream.of(lengths).mapToObj(int[]::new).toList());
  }
}
