package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.batch.PackedBatch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowTokensTest {
  private static final RowTokens PLAIN = new RowTokens(new int[] {7, 8}, false);

  @Test
  void aRowWithoutTypesIsOfTypeZeroBesideOthers() {
    RowTokens typed = new RowTokens(new int[] {5, 6}, Optional.of(new int[] {0, 1}), false);
    PackedBatch batch = RowTokens.packed(List.of(PLAIN, typed, PLAIN));
    assertThat(batch.inputIds()).containsExactly(7, 8, 5, 6, 7, 8);
    assertThat(batch.tokenTypeIds().orElseThrow()).containsExactly(0, 0, 0, 1, 0, 0);
  }

  @Test
  void whereNoRowHasTypesTheBatchHasNone() {
    assertThat(RowTokens.packed(List.of(PLAIN, PLAIN)).tokenTypeIds()).isEmpty();
  }
}
