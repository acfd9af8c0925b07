package io.heed.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.batch.PackedBatch;
import io.heed.batch.PackedVectors;
import io.heed.kernel.Dropout;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.InputLayer.Positions;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The input layer beside its formula. */
class InputLayerTest {
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

  private final InputLayer layer = layer(Positions.SINUSOIDAL);
  private final PackedBatch batch = PackedBatch.of(List.of(new int[] {3}, new int[] {1, 4, 1, 5}));

  private static InputLayer layer(Positions positions) {
    return new InputLayer(new ReferenceKernels(), new Ids(), positions);
  }

  private static float[] copy(PackedVectors vectors) {
    Matrix matrix = vectors.vectors();
    return Arrays.copyOfRange(matrix.data(), matrix.offset(), matrix.index(matrix.rows()));
  }

  @Test
  void withoutPositionsATokenIsTheSameEverywhere() {
    PackedVectors vectors = layer(Positions.NONE).embed(batch, Dropout.NONE, new Workspace());
    float scale = (float) Math.sqrt(WIDTH);
    for (int t = 0; t < 5; t++) {
      for (int i = 0; i < WIDTH; i++) {
        assertThat(vectors.vectors().at(t, i)).isEqualTo(batch.inputIds()[t] * scale);
      }
    }
  }

  @Test
  void aLongerSequenceChangesNoPosition() {
    float[] before = copy(layer.embed(batch, Dropout.NONE, new Workspace()));
    float[] long1000 = copy(layer.embed(ones(1000), Dropout.NONE, new Workspace()));
    float[] long700 = copy(layer.embed(ones(700), Dropout.NONE, new Workspace()));
    assertThat(copy(layer.embed(batch, Dropout.NONE, new Workspace()))).containsExactly(before);
    assertThat(copy(layer(Positions.SINUSOIDAL).embed(ones(1000), Dropout.NONE, new Workspace())))
        .containsExactly(long1000);
    assertThat(long700).containsExactly(Arrays.copyOf(long1000, 700 * WIDTH));
  }

  private static PackedBatch ones(int length) {
    int[] ids = new int[length];
    Arrays.fill(ids, 1);
    return PackedBatch.of(List.of(ids));
  }

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
