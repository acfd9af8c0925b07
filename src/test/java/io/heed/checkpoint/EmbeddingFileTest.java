package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.SafetensorsWriter.Dtype;
import io.heed.tensor.EmbeddingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedding of tokens, under its names, good and bad. */
class EmbeddingFileTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("embedding.safetensors");
  }

  private EmbeddingFile open(SafetensorsWriter writer) throws IOException {
    writer.write(file());
    return EmbeddingFile.open(file());
  }

  private void assertRefused(SafetensorsWriter writer, String message) throws IOException {
    writer.write(file());
    assertThatThrownBy(() -> EmbeddingFile.open(file()).table())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  private static SafetensorsWriter table(String name) {
    return new SafetensorsWriter().add(name, new int[] {3, 2}, 1, 2, 3, 4, 5, 6);
  }

  @Test
  void theOnlyTensorIsTheEmbeddingWhateverItsName() throws IOException {
    EmbeddingTable table;
    try (EmbeddingFile file = open(table("whatever"))) {
      assertThat(file.rows()).isEqualTo(3);
      assertThat(file.columns()).isEqualTo(2);
      assertThat(file.hash()).hasSize(64);
      table = file.table();
    }
    float[] rows = new float[5];
    table.gather(new int[] {2, 0}, 2, rows, 1);
    assertThat(rows).containsExactly(0, 5, 6, 1, 2);
  }

  @Test
  void amongOthersItIsFoundByEachOfItsNames() throws IOException {
    assertThat(EmbeddingFile.NAMES).hasSizeGreaterThan(3);
    for (String name : EmbeddingFile.NAMES) {
      try (EmbeddingFile file = open(table(name).add("other", new int[] {1}, 7))) {
        assertThat(file.rows()).as(name).isEqualTo(3);
      }
    }
  }

  @Test
  void halvesAreRead() throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .add("weight", Dtype.BF16, new int[] {2, 2}, () -> new float[] {1, -2, 0.5f, 4});
    try (EmbeddingFile file = open(writer)) {
      float[] row = new float[2];
      file.table().gather(new int[] {1}, 1, row, 0);
      assertThat(row).containsExactly(0.5f, 4);
    }
  }

  @Test
  void aFileOfTorchIsReadByItsName() throws IOException {
    Path torch = directory.resolve("embedding.pt");
    new RawTorch().counting("weight", 3, 2).counting("other", 1).write(torch);
    try (EmbeddingFile file = EmbeddingFile.open(torch)) {
      float[] row = new float[2];
      file.table().gather(new int[] {2}, 1, row, 0);
      assertThat(row).containsExactly(4, 5);
    }
    Files.move(torch, file());
    assertThatThrownBy(() -> EmbeddingFile.open(file()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("a zip archive, as torch.save makes it");
  }

  @Test
  void noneOrSeveralAreTold() throws IOException {
    assertRefused(
        table("some").add("other", new int[] {1}, 7),
        "of 2 tensors, none is the embedding of tokens: one of several is called %s"
                .formatted(String.join(" or ", EmbeddingFile.NAMES))
            + " (embedding.safetensors)");
    assertRefused(
        table("weight").add("wte.weight", new int[] {1, 1}, 7),
        "of 2 tensors, more than one may be the embedding of tokens: weight, wte.weight"
            + " (embedding.safetensors)");
    assertRefused(
        new SafetensorsWriter(),
        "of 0 tensors, none is the embedding of tokens: one of several is called %s"
                .formatted(String.join(" or ", EmbeddingFile.NAMES))
            + " (embedding.safetensors)");
  }

  @Test
  void shapesAndValuesAreChecked() throws IOException {
    for (int[] shape : List.of(new int[] {6}, new int[] {1, 3, 2})) {
      assertRefused(
          new SafetensorsWriter().add("weight", shape, 1, 2, 3, 4, 5, 6),
          "weight has shape %s, expected 2 dimensions above 0 (embedding.safetensors)"
              .formatted(java.util.Arrays.stream(shape).boxed().toList()));
    }
    assertRefused(
        new SafetensorsWriter().add("weight", new int[] {0, 2}),
        "weight has shape [0, 2], expected 2 dimensions above 0 (embedding.safetensors)");
    assertRefused(
        new SafetensorsWriter().add("weight", new int[] {1, 1}, Float.NaN),
        "value 0 of weight is NaN, not a finite number (embedding.safetensors)");
    assertRefused(
        new SafetensorsWriter().addIndices("weight", 4),
        "weight is stored as I64; supported are [F32, F16, BF16] (embedding.safetensors)");
  }

  @Test
  void aFileThatIsNoneIsRefused() throws IOException {
    Files.writeString(file(), "not a safetensors file");
    assertThatThrownBy(() -> EmbeddingFile.open(file()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("embedding.safetensors");
  }
}
