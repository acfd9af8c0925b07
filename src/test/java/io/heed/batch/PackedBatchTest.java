package io.heed.batch;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static PackedBatch batch(int... lengths) {
    return PackedBatch.of(IntStream.of(lengths).mapToObj(int[]::new).toList());
  }
}
