package io.heed.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.batch.PackedBatch;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.BertCheckpointFixture.Naming;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.RawSafetensors;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.NormPlacement;
import io.heed.layer.Workspace;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BertTest {
  private static final String CONFIG =
      """
      {"model_type": "bert", "vocab_size": 5, "hidden_size": 4, "num_hidden_layers": 1,
       "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 16}
      """;

  @TempDir private Path directory;

  private ModelSpec read(String config) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    new RawSafetensors().counting("a", 1).write(directory.resolve("model.safetensors"));
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      return checkpoint.spec();
    }
  }

  @Test
  void itHasTheDefaultsOfTransformers() throws IOException {
    BlockSpec block =
        new BlockSpec(
            4,
            AttentionSpec.of(2, 2, AttentionMask.none()),
            8,
            Activation.GELU,
            1e-12f,
            NormPlacement.POST);
    assertThat(read(CONFIG))
        .isEqualTo(new ModelSpec("bert", 1, block, 5, 16, 2, Direction.BOTH, new TreeSet<>()));
  }

  @Test
  void aModelOfAnotherFamilyIsToldWhatThereIs() {
    String families = String.join(", ", Architectures.modelTypes(Optional.empty()));
    assertThat(families).contains("bert, roberta", "gpt2");
    assertThatThrownBy(() -> read(CONFIG.replace("\"bert\"", "\"mamba\"")))
        .hasMessage("model_type mamba is not supported; supported: " + families + " (config.json)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "hidden_size": 4        | "hidden_size": 5       | hidden_size 5 is not divisible by num_attention_heads 2 (config.json)
          "bert"                  | "mamba"                | model_type mamba is not supported; supported: bert, roberta, xlm-roberta, camembert,
          "model_type": "bert",   | "x": 1,                | model_type is missing (config.json)
          "vocab_size": 5,        | "x": 1,                | vocab_size is missing (config.json)
          "vocab_size": 5         | "vocab_size": 0        | vocab_size is 0, expected a whole number between 1 and 2147483647
          "vocab_size": 5         | "vocab_size": 2.5      | vocab_size is 2.5, expected a whole number
          "vocab_size": 5         | "vocab_size": "5"      | vocab_size is "5", expected a whole number
          "vocab_size": 5         | "vocab_size": 4294967297 | vocab_size is 4294967297, expected a whole number
          "vocab_size": 5         | "vocab_size": NaN      | vocab_size is NaN, expected a whole number
          "vocab_size": 5         | "vocab_size": Infinity | vocab_size is Infinity, expected a whole number
          "vocab_size"            | "layer_norm_eps": NaN, "vocab_size" | layer_norm_eps is NaN, expected a positive float32 number
          "vocab_size"            | "layer_norm_eps": -Infinity, "vocab_size" | layer_norm_eps is -Infinity, expected
          "vocab_size"            | "is_decoder": NaN, "vocab_size" | is_decoder is NaN, expected true or false
          "vocab_size"            | /* five */ "vocab_size" | maybe a (non-standard) comment? (config.json)
          "vocab_size"            | "hidden_act": "mish", "vocab_size" | hidden_act mish is not supported; supported: gelu, gelu_python, gelu_new
          "vocab_size"            | "position_embedding_type": "relative_key", "vocab_size" | supported: absolute
          "vocab_size"            | "is_decoder": true, "vocab_size" | is_decoder true is not supported; supported: false
          "vocab_size"            | "add_cross_attention": true, "vocab_size" | add_cross_attention true is not supported
          "vocab_size"            | "pruned_heads": {"0": [1]}, "vocab_size" | pruned_heads {"0":[1]} is not supported
          "vocab_size"            | "layer_norm_eps": 0, "vocab_size" | layer_norm_eps is 0, expected a positive float32 number
          "vocab_size"            | "layer_norm_eps": 1e999, "vocab_size" | layer_norm_eps is
          "vocab_size"            | nonsense               | not valid JSON
          """)
  void badConfigsAreRefused(String good, String bad, String message) throws IOException {
    assertThat(CONFIG).contains(good);
    assertThatThrownBy(() -> read(CONFIG.replace(good, bad)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(message, "(config.json)");
  }

  @ParameterizedTest
  @EnumSource(Naming.class)
  void everyNamingHoldsTheSameModel(Naming naming) throws IOException {
    BertCheckpointFixture fixture = BertCheckpointFixture.of(2, 8, 2, 20, 5);
    Path plain = fixture.write(directory.resolve("plain"));
    Path other = fixture.withNaming(naming).write(directory.resolve("other"));
    assertThat(hiddenStates(other)).isEqualTo(hiddenStates(plain));
  }

  private static float[] hiddenStates(Path checkpoint) {
    try (ModelCheckpoint opened = ModelCheckpoint.open(checkpoint)) {
      PackedBatch batch = PackedBatch.of(List.of(new int[] {3, 1, 19}));
      Matrix hidden = opened.load(new ReferenceKernels()).hiddenStates(batch, new Workspace());
      int from = hidden.index(0);
      return Arrays.copyOfRange(hidden.data(), from, from + hidden.rows() * hidden.columns());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "vocab_size": 20 | "vocab_size": 21 | embeddings.word_embeddings.weight has shape [20, 8], expected [21, 8] (model.safetensors)
          "num_hidden_layers": 2 | "num_hidden_layers": 2147483647 | there is no tensor bert.encoder.layer.2.attention.self.query.weight or encoder.layer.2.attention.self.query.weight (model.safetensors)
          "intermediate_size": 32 | "intermediate_size": 31 | encoder.layer.0.intermediate.dense.weight has shape [32, 8], expected [31, 8] (model.safetensors)
          """)
  void theFirstTensorThatDoesNotFitIsNamed(String good, String bad, String message)
      throws IOException {
    BertCheckpointFixture.of(2, 8, 2, 20, 5).write(directory);
    Path config = directory.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(good);
    Files.writeString(config, text.replace(good, bad));
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      assertThatThrownBy(checkpoint::check)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(message);
    }
  }
}
