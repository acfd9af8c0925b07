package io.heed.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.batch.PackedBatch;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.PackedWeights;
import io.heed.layer.Weights;
import io.heed.layer.Workspace;
import io.heed.model.Decoder;
import io.heed.model.Transformer;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model of transformers computes the same bits from {@code pytorch_model.bin} as from {@code
 * model.safetensors}; {@code goldens/torch/make_torch.py} wrote both.
 */
class TorchCheckpointTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/torch");
  private static final PackedBatch BATCH =
      PackedBatch.of(List.of(new int[] {2, 3, 5, 7}, new int[] {11, 1}));

  @TempDir private Path directory;

  private Path only(String model, String weights) throws IOException {
    Path copy = Files.createDirectories(directory.resolve(weights));
    for (String name : List.of("config.json", weights)) {
      Files.copy(GOLDENS.resolve(model).resolve(name), copy.resolve(name));
    }
    return copy;
  }

  private static Kernels kernels() {
    return KernelProvider.choose(KernelChoice.SIMD).kernels();
  }

  private static Transformer load(Path checkpoint) {
    try (ModelCheckpoint opened = ModelCheckpoint.open(checkpoint)) {
      return opened.load(kernels());
    }
  }

  private static float[] values(Matrix matrix) {
    return Arrays.copyOfRange(
        matrix.data(), matrix.index(0), matrix.index(0) + matrix.rows() * matrix.columns());
  }

  private static float[] states(Transformer model) {
    return values(model.hiddenStates(BATCH, new Workspace()));
  }

  private static float[] logits(Transformer model) {
    Decoder decoder = model.decoder().orElseThrow();
    Workspace workspace = new Workspace();
    Matrix hidden = decoder.hiddenStates(BATCH, workspace);
    int[] tokens = IntStream.range(0, hidden.rows()).toArray();
    return values(decoder.logits(hidden, tokens, workspace));
  }

  @Test
  void anEncoderHasTheSameBits() throws IOException {
    float[] expected = states(load(only("bert", "model.safetensors")));
    assertThat(expected).hasSize(6 * 8);
    assertThat(states(load(only("bert", "pytorch_model.bin")))).isEqualTo(expected);
  }

  @Test
  void aDecoderHasTheSameBitsWhereTheTableStandsTwice() throws IOException {
    float[] expected = logits(load(only("gpt", "model.safetensors")));
    assertThat(expected).hasSize(6 * 19);
    assertThat(logits(load(only("gpt", "pytorch_model.bin")))).isEqualTo(expected);
  }

  @Test
  void theTableThatStandsTwiceIsKnownAsOne() throws IOException {
    try (ModelCheckpoint torch = ModelCheckpoint.open(only("gpt", "pytorch_model.bin"));
        ModelCheckpoint other = ModelCheckpoint.open(only("gpt", "model.safetensors"))) {
      Weights weights = PackedWeights.of(torch.files(), kernels());
      String table = "transformer.wte.weight";
      assertThat(weights.has("lm_head.weight")).isTrue();
      assertThat(weights.same("lm_head.weight", table)).isTrue();
      assertThat(weights.same("lm_head.weight", "transformer.wpe.weight")).isFalse();
      Weights without = PackedWeights.of(other.files(), kernels());
      assertThat(without.has("lm_head.weight")).isFalse();
      assertThat(without.same("lm_head.weight", table)).isFalse();
    }
  }
}
