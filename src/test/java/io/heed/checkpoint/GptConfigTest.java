package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GptConfigTest {
  private static final String GPT2 =
      """
      {"model_type": "gpt2", "vocab_size": 300, "n_embd": 4, "n_layer": 1, "n_head": 2,
       "n_positions": 16}
      """;

  @TempDir private Path directory;

  private ModelConfig read(String config) throws IOException {
    Files.writeString(directory.resolve("config.json"), config);
    new RawSafetensors().counting("a", 1).write(directory.resolve("model.safetensors"));
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      return checkpoint.config();
    }
  }

  private GptConfig readGpt(String config) throws IOException {
    return (GptConfig) read(config);
  }

  @Test
  void gpt2HasTheDefaultsOfTransformers() throws IOException {
    GptConfig config = readGpt(GPT2);
    assertThat(config)
        .isEqualTo(
            new GptConfig(
                "gpt2",
                300,
                4,
                1,
                2,
                16,
                16,
                1e-5f,
                HiddenActivation.GELU_TANH,
                NormPlacement.PRE,
                OutputEmbeddings.TIED,
                new TreeSet<>()));
    assertThat(config.headSize()).isEqualTo(2);
  }

  @Test
  void theFirstGptNormalisesAfterAndCallsTanhGeluGelu() throws IOException {
    String config = GPT2.replace("gpt2", "openai-gpt").replace("n_positions", "n_ctx");
    GptConfig gelu = readGpt(config);
    assertThat(gelu.normPlacement()).isEqualTo(NormPlacement.POST);
    assertThat(gelu.hiddenAct()).isEqualTo(HiddenActivation.GELU_TANH);
    assertThat(gelu.intermediateSize()).isEqualTo(16);
    assertThat(gelu.maxPositionEmbeddings()).isEqualTo(16);
    GptConfig relu = readGpt(config.replace("{", "{\"afn\": \"relu\","));
    assertThat(relu.hiddenAct()).isEqualTo(HiddenActivation.RELU);
  }

  @ParameterizedTest
  @CsvSource({
    "gelu_new, GELU_TANH",
    "gelu_pytorch_tanh, GELU_TANH",
    "gelu, GELU",
    "relu, RELU",
  })
  void activationsOfGpt2(String name, HiddenActivation expected) throws IOException {
    String config = GPT2.replace("{", "{\"activation_function\": \"%s\",".formatted(name));
    assertThat(readGpt(config).hiddenAct()).isEqualTo(expected);
  }

  @Test
  void harmlessAndWrittenValuesAreTaken() throws IOException {
    GptConfig config =
        readGpt(
            GPT2.replace(
                "{",
                """
                {"n_inner": 9, "layer_norm_epsilon": 0.001, "reorder_and_upcast_attn": true,
                 "scale_attn_weights": true, "add_cross_attention": false,
                 "tie_word_embeddings": false, "n_ctx": 8,
                """));
    assertThat(config.intermediateSize()).isEqualTo(9);
    assertThat(config.layerNormEps()).isEqualTo(0.001f);
    assertThat(config.outputEmbeddings()).isEqualTo(OutputEmbeddings.SEPARATE);
    assertThat(config.maxPositionEmbeddings()).isEqualTo(16);
    assertThat(readGpt(GPT2.replace("{", "{\"n_inner\": null,")).intermediateSize()).isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "n_embd": 4       | "n_embd": 5        | n_embd 5 is not divisible by n_head 2
          "n_embd": 4       | "n_embd": 536870912 | n_embd 536870912 is too large for a layer four times wider
          "n_embd": 4,      | "x": 4,            | n_embd is missing
          "n_layer": 1,     | "x": 1,            | n_layer is missing
          "n_head": 2,      | "x": 1,            | n_head is missing
          "n_positions": 16 | "x": 1             | n_positions is missing
          "vocab_size": 300 | "vocab_size": 0    | vocab_size is 0, expected a whole number between 1 and 2147483647
          "vocab_size"      | "n_inner": -1, "vocab_size" | n_inner is -1, expected a whole number
          "vocab_size"      | "activation_function": "swish", "vocab_size" | activation_function swish is not supported; supported: gelu, gelu_python, gelu_new
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
    assertThat(readGpt(GPT2).endOfText()).isEmpty();
    String config = GPT2.replace("{", "{\"eos_token_id\": 299,");
    assertThat(readGpt(config).endOfText()).containsExactly(299);
    Path generation = directory.resolve("generation_config.json");
    Files.writeString(generation, "{\"eos_token_id\": [7, 300, 3, -1]}");
    assertThat(readGpt(config).endOfText()).containsExactly(3, 7);
    Files.writeString(generation, "{\"bos_token_id\": 1}");
    assertThat(readGpt(config).endOfText()).containsExactly(299);
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
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      assertThat(checkpoint.gptConfig()).isEqualTo(checkpoint.config());
      assertThatThrownBy(checkpoint::bertConfig)
          .isInstanceOf(CheckpointException.class)
          .hasMessage("model_type gpt2 does not fit, an encoder is needed: bert (config.json)");
    }
    BertCheckpointFixture.of(1, 8, 2, 20, 5).write(directory);
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      assertThat(checkpoint.bertConfig()).isEqualTo(checkpoint.config());
      assertThatThrownBy(checkpoint::gptConfig)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("a decoder is needed: gpt2 or openai-gpt (config.json)");
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
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      int vocabulary = ByteLevelFixture.english().size();
      assertThat(checkpoint.config())
          .isEqualTo(
              new GptConfig(
                  "gpt2",
                  vocabulary,
                  8,
                  3,
                  2,
                  19,
                  40,
                  1e-5f,
                  HiddenActivation.RELU,
                  NormPlacement.PRE,
                  OutputEmbeddings.SEPARATE,
                  new TreeSet<>(List.of(vocabulary - 1))));
      checkpoint.check("h.2.mlp.c_fc.weight", 8, 19);
      checkpoint.check("lm_head.weight", vocabulary, 8);
      assertThat(checkpoint.has("h.3.mlp.c_fc.weight")).isFalse();
    }
    byte[] first = Files.readAllBytes(directory.resolve("model.safetensors"));
    fixture.write(directory);
    assertThat(directory.resolve("model.safetensors")).hasBinaryContent(first);
  }

  private String hash() {
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      return checkpoint.hash();
    }
  }
}
