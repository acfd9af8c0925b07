package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.batch.PackedBatch;
import io.heed.batch.PackedVectors;
import io.heed.checkpoint.EmbeddingTable;
import io.heed.kernel.Dropout;
import io.heed.kernel.ReferenceKernels;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The input layer beside its formula. */
class SinusoidalEmbeddingsTest {
  private static final int WIDTH = 6;

  /** A table that has the token id in every column. */
  private record Ids() implements EmbeddingTable {
    @Override
    public int rows() {
      return 10;
    }

    @Override
    public int columns() {
      return WIDTH;
    }

    @Override
    public void gather(int[] ids, int count, float[] out, int offset) {
      for (int i = 0; i < count; i++) {
        Arrays.fill(out, offset + i * WIDTH, offset + (i + 1) * WIDTH, ids[i]);
      }
    }
  }

  private final SinusoidalEmbeddings layer =
      new SinusoidalEmbeddings(new ReferenceKernels(), new Ids(), 50);
  private final PackedBatch batch = PackedBatch.of(List.of(new int[] {3}, new int[] {1, 4, 1, 5}));

  @Test
  void scalesTokensAndAddsWavesThatStartAnewInEachSequence() {
    PackedVectors vectors = layer.embed(batch, Dropout.NONE, new Workspace());
    int[] places = {0, 0, 1, 2, 3};
    for (int t = 0; t < 5; t++) {
      for (int i = 0; i < WIDTH; i++) {
        double angle = places[t] * Math.exp(-(i - i % 2) * Math.log(10_000) / WIDTH);
        double wave = i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
        assertThat((double) vectors.vectors().at(t, i))
            .isCloseTo(batch.inputIds()[t] * Math.sqrt(WIDTH) + wave, within(2e-6));
      }
    }
  }

  @Test
  void dropoutDropsAndScalesUp() {
    PackedVectors all = layer.embed(batch, Dropout.NONE, new Workspace());
    PackedVectors some = layer.embed(batch, new Dropout(0.5, 3), new Workspace());
    int dropped = 0;
    for (int t = 0; t < 5; t++) {
      for (int i = 0; i < WIDTH; i++) {
        float value = some.vectors().at(t, i);
        dropped += value == 0 ? 1 : 0;
        assertThat(value).isIn(0f, 2 * all.vectors().at(t, i));
      }
    }
    assertThat(dropped).isBetween(5, 25);
  }
}
