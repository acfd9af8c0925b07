package io.heed.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.ByteLevelFixture;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import io.heed.checkpoint.RawSafetensors;
import io.heed.kernel.Activation;
import io.heed.kernel.AttentionMask;
import io.heed.layer.AttentionSpec;
import io.heed.layer.BlockSpec;
import io.heed.layer.KeyValueCache;
import io.heed.layer.NormPlacement;
import io.heed.model.ModelSpec;
import io.heed.model.ModelSpec.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptTest {
  private static final String GPT2 =
      """
      {"model_type": "gpt2", "vocab_size": 300, "n_embd": 4, "n_layer": 1, "n_head": 2,
       "n_positions": 16}
      """;

  @TempDir private Path directory;

  private ModelSpec read(String config) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    new RawSafetensors().counting("a", 1).write(directory.resolve("model.safetensors"));
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      return checkpoint.spec();
    }
  }

  private static ModelSpec gpt2(int vocabulary, int width, int layers, int positions, int wide) {
    AttentionSpec attention = AttentionSpec.of(2, width / 2, AttentionMask.causal());
    BlockSpec block =
        new BlockSpec(width, attention, wide, Activation.GELU_TANH, 1e-5f, NormPlacement.PRE);
    return new ModelSpec(
        "gpt2", layers, block, vocabulary, positions, 0, Direction.CAUSAL, new TreeSet<>());
  }

  @Test
  void gpt2HasTheDefaultsOfTransformers() throws IOException {
    ModelSpec spec = read(GPT2);
    assertThat(spec).isEqualTo(gpt2(300, 4, 1, 16, 16));
    assertThat(spec.causal()).isTrue();
    assertThat(spec.cacheShape()).isEqualTo(new KeyValueCache.Shape(1, 2, 2));
  }

  @Test
  void theOtherSpellingsOfTransformersAreRead() throws IOException {
    String config =
        GPT2.replace("n_embd", "hidden_size")
            .replace("n_layer", "num_hidden_layers")
            .replace("n_head", "num_attention_heads")
            .replace("n_positions", "max_position_embeddings");
    assertThat(read(config)).isEqualTo(read(GPT2));
    assertThatThrownBy(() -> read(config.replace("_size\": 4", "_size\": 5")))
        .hasMessage("hidden_size 5 is not divisible by num_attention_heads 2 (config.json)");
  }

  @Test
  void theFirstGptNormalisesAfterAndCallsTanhGeluGelu() throws IOException {
    String config = GPT2.replace("gpt2", "openai-gpt").replace("n_positions", "n_ctx");
    ModelSpec gelu = read(config);
    assertThat(gelu.block().placement()).isEqualTo(NormPlacement.POST);
    assertThat(gelu.block().activation()).isEqualTo(Activation.GELU_TANH);
    assertThat(gelu.block().intermediate()).isEqualTo(16);
    assertThat(gelu.positions()).isEqualTo(16);
    ModelSpec relu = read(config.replace("{", "{\"afn\": \"relu\","));
    assertThat(relu.block().activation()).isEqualTo(Activation.RELU);
  }

  @ParameterizedTest
  @CsvSource({
    "gelu_new, GELU_TANH",
    "gelu_pytorch_tanh, GELU_TANH",
    "gelu, GELU",
    "relu, RELU",
  })
  void activationsOfGpt2(String name, Activation expected) throws IOException {
    String config = GPT2.replace("{", "{\"activation_function\": \"%s\",".formatted(name));
    assertThat(read(config).block().activation()).isEqualTo(expected);
  }

  @Test
  void harmlessAndWrittenValuesAreTaken() throws IOException {
    ModelSpec spec =
        read(
            GPT2.replace(
                "{",
                """
                {"n_inner": 9, "layer_norm_epsilon": 0.001, "reorder_and_upcast_attn": true,
                 "scale_attn_weights": true, "add_cross_attention": false,
                 "tie_word_embeddings": false, "n_ctx": 8,
                """));
    assertThat(spec.block().intermediate()).isEqualTo(9);
    assertThat(spec.block().normEpsilon()).isEqualTo(0.001f);
    assertThat(spec.positions()).isEqualTo(16);
    assertThat(read(GPT2.replace("{", "{\"n_inner\": null,")).block().intermediate()).isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "n_embd": 4       | "n_embd": 5        | n_embd 5 is not divisible by n_head 2
          "n_embd": 4       | "n_embd": 536870912 | n_embd 536870912 is too large for a layer four times wider
          "n_embd": 4       | "n_embd": 536870910 | n_embd 536870910: 3 x 536870910 x 536870910 are more than the 2147483647 values that a matrix can have
          "n_embd": 4,      | "x": 4,            | n_embd is missing
          "n_layer": 1,     | "x": 1,            | n_layer is missing
          "n_head": 2,      | "x": 1,            | n_head is missing
          "n_positions": 16 | "x": 1             | n_positions is missing
          "vocab_size": 300 | "vocab_size": 0    | vocab_size is 0, expected a whole number between 1 and 2147483647
          "vocab_size"      | "n_inner": -1, "vocab_size" | n_inner is -1, expected a whole number
          "vocab_size"      | "activation_function": "mish", "vocab_size" | activation_function mish is not supported; supported: gelu, gelu_python, gelu_new
          "gpt2"            | "openai-gpt", "afn": "swish" | afn swish is not supported; supported: gelu, relu
          "vocab_size"      | "scale_attn_by_inverse_layer_idx": true, "vocab_size" | scale_attn_by_inverse_layer_idx true is not supported; supported: false
          "vocab_size"      | "scale_attn_weights": false, "vocab_size" | scale_attn_weights false is not supported; supported: true
          "vocab_size"      | "add_cross_attention": true, "vocab_size" | add_cross_attention true is not supported
          "vocab_size"      | "pruned_heads": {"0": [1]}, "vocab_size" | pruned_heads {"0":[1]} is not supported
          "vocab_size"      | "eos_token_id": "x", "vocab_size" | eos_token_id is "x", expected a whole number or a list of them
          "vocab_size"      | "eos_token_id": [1, 0.5], "vocab_size" | eos_token_id is 0.5, expected a whole number or a list of them
          """)
  void badConfigsAreRefused(String good, String bad, String message) {
    assertThat(GPT2).contains(good);
    assertThatThrownBy(() -> read(GPT2.replace(good, bad)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(message, "(config.json)");
  }

  @Test
  void whatEndsATextIsThatOfGenerationBeforeThatOfTheModel() throws IOException {
    assertThat(read(GPT2).endOfText()).isEmpty();
    String config = GPT2.replace("{", "{\"eos_token_id\": 299,");
    assertThat(read(config).endOfText()).containsExactly(299);
    Path generation = directory.resolve("generation_config.json");
    Files.writeString(generation, "{\"eos_token_id\": [7, 300, 3, -1]}");
    assertThat(read(config).endOfText()).containsExactly(3, 7);
    Files.writeString(generation, "{\"bos_token_id\": 1}");
    assertThat(read(config).endOfText()).containsExactly(299);
    Files.writeString(generation, "{\"eos_token_id\": true}");
    assertThatThrownBy(() -> read(config)).hasMessageContaining("(generation_config.json)");
  }

  @Test
  void theHashFollowsWhatEndsAText() throws IOException {
    GptCheckpointFixture.of(Form.GPT2, 1, 8, 2, 20, 5).write(directory);
    String first = hash();
    Files.writeString(directory.resolve("generation_config.json"), "{}");
    assertThat(hash()).isNotEqualTo(first);
  }

  @Test
  void encodersAndDecodersAreNotMistaken() throws IOException {
    GptCheckpointFixture.of(Form.GPT2, 1, 8, 2, 20, 5).write(directory);
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      assertThatCode(checkpoint::requireDecoder).doesNotThrowAnyException();
    }
    BertCheckpointFixture.of(1, 8, 2, 20, 5).write(directory);
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      assertThat(checkpoint.spec().causal()).isFalse();
      assertThatThrownBy(checkpoint::requireDecoder)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "model_type bert does not fit, a decoder is needed: gpt2 or openai-gpt (config.json)");
    }
  }

  @Test
  void theFixtureWritesWhatItSays() throws IOException {
    GptCheckpointFixture fixture =
        GptCheckpointFixture.of(Form.GPT2, 3, 8, 2, 20, 5)
            .withIntermediateSize(19)
            .withMaxPositionEmbeddings(40)
            .withActivation("relu")
            .withHead(Head.SEPARATE)
            .withTokenizer(ByteLevelFixture.english());
    fixture.write(directory);
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      int vocabulary = ByteLevelFixture.english().size();
      ModelSpec spec = checkpoint.spec();
      assertThat(spec.layers()).isEqualTo(3);
      assertThat(spec.vocabulary()).isEqualTo(vocabulary);
      assertThat(spec.positions()).isEqualTo(40);
      assertThat(spec.block().intermediate()).isEqualTo(19);
      assertThat(spec.block().activation()).isEqualTo(Activation.RELU);
      assertThat(spec.endOfText()).containsExactly(vocabulary - 1);
      checkpoint.files().check("transformer.h.2.mlp.c_fc.weight", 8, 19);
      checkpoint.files().check("lm_head.weight", vocabulary, 8);
      assertThat(checkpoint.files().has("transformer.h.3.mlp.c_fc.weight")).isFalse();
    }
    byte[] first = Files.readAllBytes(directory.resolve("model.safetensors"));
    fixture.write(directory);
    assertThat(directory.resolve("model.safetensors")).hasBinaryContent(first);
  }

  private String hash() {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      return checkpoint.hash();
    }
  }
}
