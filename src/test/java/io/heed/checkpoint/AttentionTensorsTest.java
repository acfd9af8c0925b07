package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The weights of one attention layer, good and bad. */
class AttentionTensorsTest {
  @TempDir Path directory;

  private Path file() {
    return directory.resolve("layer.safetensors");
  }

  private void assertRefused(SafetensorsWriter writer, String message) throws IOException {
    writer.write(file());
    assertThatThrownBy(() -> AttentionTensors.read(file()))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  @Test
  void mapsAreReadWithTheirBiasesOrZeros() throws IOException {
    new SafetensorsWriter()
        .add("query.weight", new int[] {2, 3}, 1, 2, 3, 4, 5, 6)
        .add("query.bias", new int[] {2}, 7, 8)
        .add("value.weight", new int[] {1, 2}, 9, 10)
        .add("score.vector", new int[] {2}, 11, 12)
        .write(file());
    AttentionTensors tensors = AttentionTensors.read(file());
    AttentionTensors.StoredMap query = tensors.query().orElseThrow();
    assertThat(query.weight()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(query.outputs()).isEqualTo(2);
    assertThat(query.inputs()).isEqualTo(3);
    assertThat(query.bias()).containsExactly(7, 8);
    assertThat(tensors.value().orElseThrow().bias()).containsExactly(0);
    assertThat(tensors.scoreVector().orElseThrow()).containsExactly(11, 12);
    assertThat(tensors.key()).isEmpty();
    assertThat(tensors.output()).isEmpty();
    assertThat(tensors.scoreWeight()).isEmpty();
    assertThat(tensors.hash()).hasSize(64);
  }

  @Test
  void namesAndShapesAreChecked() throws IOException {
    assertRefused(
        new SafetensorsWriter().add("query.weights", new int[] {1, 1}, 1),
        "the tensor query.weights is not one of key.bias, key.weight, output.bias, output.weight,"
            + " query.bias, query.weight, score.vector, score.weight, value.bias, value.weight"
            + " (layer.safetensors)");
    assertRefused(
        new SafetensorsWriter().add("key.bias", new int[] {1}, 1),
        "there is key.bias without key.weight (layer.safetensors)");
    assertRefused(
        new SafetensorsWriter().add("key.weight", new int[] {2}, 1, 2),
        "key.weight has shape [2], expected 2 dimensions above 0 (layer.safetensors)");
    assertRefused(
        new SafetensorsWriter()
            .add("key.weight", new int[] {1, 2}, 1, 2)
            .add("key.bias", new int[] {2}, 1, 2),
        "key.bias has shape [2], expected [1] (layer.safetensors)");
    assertRefused(
        new SafetensorsWriter().add("key.weight", new int[] {1, 1}, Float.NaN),
        "value 0 of key.weight is NaN, not a finite number (layer.safetensors)");
  }

  @Test
  void aFileThatIsNoneIsRefused() throws IOException {
    Files.writeString(file(), "not a safetensors file");
    assertThatThrownBy(() -> AttentionTensors.read(file()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("layer.safetensors");
  }

  @Test
  void aFileOfTorchIsReadByItsName() throws IOException {
    Path file = directory.resolve("layer.bin");
    new RawTorch().counting("query.weight", 2, 3).counting("query.bias", 2).write(file);
    AttentionTensors.StoredMap query = AttentionTensors.read(file).query().orElseThrow();
    assertThat(query.weight()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(query.bias()).containsExactly(0, 1);
  }
}
