package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.kernel.Kernels;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.layer.Workspace;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers and models ask nothing of kernels that their interfaces do not say. */
class RowMajorKernelsTest {
  private static final int VOCABULARY = 200;

  @TempDir Path directory;

  private Transformer load(Kernels kernels) {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      return checkpoint.load(kernels);
    }
  }

  @Test
  void kernelsWithWeightsOfTheirOwnRunBert() throws IOException {
    BertCheckpointFixture.of(3, 60, 5, VOCABULARY, 4).write(directory);
    Random random = new Random(8);
    List<int[]> rows =
        IntStream.of(1, 31, 7, 300)
            .mapToObj(length -> random.ints(length, 0, VOCABULARY).toArray())
            .toList();
    float[] expected = embed(new ReferenceKernels(), rows);
    assertThat(embed(RowMajorKernels.create(), rows)).isEqualTo(expected);
    assertThat(expected).doesNotContain(0f, Float.NaN);
  }

  private float[] embed(Kernels kernels, List<int[]> rows) {
    PackedBatch batch = PackedBatch.of(rows);
    Workspace workspace = new Workspace();
    Matrix hidden = load(kernels).hiddenStates(batch, workspace);
    Matrix vectors = Poolings.of(Pooling.MEAN).pool(kernels, hidden, batch, workspace);
    kernels.normalizeRows(vectors, workspace.scratch());
    float[] values = new float[vectors.rows() * vectors.columns()];
    for (int i = 0; i < values.length; i++) {
      values[i] = vectors.at(i / vectors.columns(), i % vectors.columns());
    }
    return values;
  }

  @Test
  void theirWeightsAreNoneOfOtherKernels() {
    Kernels reference = new ReferenceKernels();
    assertThatThrownBy(
            () -> reference.pack(Matrix.allocate(2, 3), RowMajorKernels.create().allocate(2, 3), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RowMajorKernels$Rows come from other kernels");
  }
}
