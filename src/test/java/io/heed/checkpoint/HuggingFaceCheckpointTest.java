package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceCheckpointTest {
  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final String CONFIG =
      """
      {"model_type": "bert", "vocab_size": 5, "hidden_size": 4, "num_hidden_layers": 1,
       "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 16}
      """;

  @TempDir private Path directory;

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void writeGood() throws IOException {
    write("config.json", CONFIG);
    new RawSafetensors().counting(WORDS, 5, 4).write(directory.resolve("model.safetensors"));
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(directory).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void readsConfigAndTensors() throws IOException {
    writeGood();
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      assertThat(checkpoint.config())
          .isEqualTo(new BertConfig("bert", 5, 4, 1, 2, 8, 16, 2, 1e-12f, HiddenActivation.GELU));
      assertThat(checkpoint.config().headSize()).isEqualTo(2);
      assertThat(checkpoint.floats(WORDS, 5, 4)).hasSize(20).startsWith(0, 1, 2);
      EmbeddingTable table = checkpoint.table(WORDS, 5, 4);
      float[] out = new float[9];
      table.gather(new int[] {4, 1}, 2, out, 1);
      assertThat(out).containsExactly(0, 16, 17, 18, 19, 4, 5, 6, 7);
      assertThat(table.rows()).isEqualTo(5);
      assertThat(table.columns()).isEqualTo(4);
      assertThatThrownBy(() -> table.gather(new int[] {5}, 1, out, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(checkpoint.tokenizer()).doesNotExist();
      assertThatThrownBy(() -> checkpoint.floats("pooler.dense.bias", 4))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "there is no tensor bert.pooler.dense.bias or pooler.dense.bias (model.safetensors)");
      assertThatThrownBy(() -> checkpoint.floats(WORDS, 6, 4))
          .hasMessage(WORDS + " has shape [5, 4], expected [6, 4] (model.safetensors)");
    }
  }

  @Test
  void findsPrefixedAndOldNames() throws IOException {
    writeGood();
    new RawSafetensors()
        .counting("bert." + WORDS, 5, 4)
        .counting("bert.embeddings.LayerNorm.gamma", 4)
        .counting("bert.embeddings.LayerNorm.beta", 4)
        .write(directory.resolve("model.safetensors"));
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      assertThat(checkpoint.floats(WORDS, 5, 4)).hasSize(20);
      assertThat(checkpoint.floats("embeddings.LayerNorm.weight", 4)).hasSize(4);
      assertThat(checkpoint.floats("embeddings.LayerNorm.bias", 4)).hasSize(4);
    }
  }

  @Test
  void readsShards() throws IOException {
    write("config.json", CONFIG);
    new RawSafetensors().counting("a", 2).write(directory.resolve("one.safetensors"));
    new RawSafetensors().counting("b", 3).write(directory.resolve("two.safetensors"));
    write(
        "model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"}}");
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      assertThat(checkpoint.floats("a", 2)).containsExactly(0, 1);
      assertThat(checkpoint.floats("b", 3)).containsExactly(0, 1, 2);
      assertThatThrownBy(() -> checkpoint.floats("c", 3))
          .hasMessageContaining("(model.safetensors.index.json)");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"weight_map": {"a": "../secret"}}   | '../secret' leads out of the checkpoint
          {"weight_map": {"a": "/etc/passwd"}} | '/etc/passwd' leads out of the checkpoint
          {"weight_map": {"a": "x/../../y"}}   | leads out of the checkpoint
          {"weight_map": {"a": ""}}            | leads out of the checkpoint
          {"weight_map": {"a": "absent"}}      | there is no absent in
          {"weight_map": {"a": "sub"}}         | sub is not a file
          {"weight_map": {"a": 1}}             | the file of a is not a string
          {"weight_map": {"b": "one"}}         | b is not in one (model.safetensors.index.json)
          {"weight_map": []}                   | weight_map is ARRAY, expected an object
          {"metadata": {}}                     | weight_map is missing (model.safetensors.index.json)
          """)
  void badIndexesAreRefused(String index, String message) throws IOException {
    write("config.json", CONFIG);
    Files.createDirectory(directory.resolve("sub"));
    new RawSafetensors().counting("a", 2).write(directory.resolve("one"));
    write("model.safetensors.index.json", index);
    assertRefused(message);
  }

  @Test
  void linksOutOfTheDirectoryAreRefused(@TempDir Path elsewhere) throws IOException {
    write("config.json", CONFIG);
    Path target = new RawSafetensors().counting("a", 2).write(elsewhere.resolve("weights"));
    Files.createSymbolicLink(directory.resolve("model.safetensors"), target);
    assertRefused("model.safetensors is a link to", "outside the checkpoint");
  }

  @Test
  void aHubCacheSnapshotIsReadThroughItsLinks() throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("models--x/blobs"));
    Path snapshot = Files.createDirectories(directory.resolve("models--x/snapshots/abc"));
    Files.writeString(blobs.resolve("c0"), CONFIG);
    new RawSafetensors().counting(WORDS, 5, 4).write(blobs.resolve("w0"));
    Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/c0"));
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../blobs/w0"));
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(snapshot)) {
      assertThat(checkpoint.floats(WORDS, 5, 4)).hasSize(20);
    }
    Files.delete(snapshot.resolve("model.safetensors"));
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), Path.of("../../other"));
    Files.copy(blobs.resolve("w0"), directory.resolve("models--x/other"));
    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(snapshot).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("outside the checkpoint");
  }

  @Test
  void missingPartsAreNamed() throws IOException {
    Path absent = directory.resolve("absent");
    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(absent).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage("the checkpoint " + absent + " is not a directory");
    assertRefused("there is no config.json in " + directory);
    write("config.json", CONFIG);
    assertRefused(
        "there are no weights in " + directory,
        "expected model.safetensors or model.safetensors.index.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model.bin", "pytorch_model.bin.index.json"})
  void picklesAreRefusedWithTheWayOut(String pickle) throws IOException {
    write("config.json", CONFIG);
    write(pickle, "");
    assertRefused(pickle, "can run any code", "save_pretrained('" + directory + "')");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "hidden_size": 4        | "hidden_size": 5       | hidden_size 5 is not divisible by num_attention_heads 2 (config.json)
          "bert"                  | "mamba"                | model_type mamba is not supported; supported: bert, gpt2, openai-gpt (config.json)
          "model_type": "bert",   | "x": 1,                | model_type is missing (config.json)
          "vocab_size": 5,        | "x": 1,                | vocab_size is missing (config.json)
          "vocab_size": 5         | "vocab_size": 0        | vocab_size is 0, expected a whole number between 1 and 2147483647
          "vocab_size": 5         | "vocab_size": 2.5      | vocab_size is 2.5, expected a whole number
          "vocab_size": 5         | "vocab_size": "5"      | vocab_size is "5", expected a whole number
          "vocab_size": 5         | "vocab_size": 4294967297 | vocab_size is 4294967297, expected a whole number
          "vocab_size"            | "hidden_size": 8, "vocab_size" | Duplicate field 'hidden_size'
          "vocab_size"            | "hidden_act": "relu", "vocab_size" | hidden_act relu is not supported; supported: gelu
          "vocab_size"            | "position_embedding_type": "relative_key", "vocab_size" | supported: absolute
          "vocab_size"            | "is_decoder": true, "vocab_size" | is_decoder true is not supported; supported: false
          "vocab_size"            | "add_cross_attention": true, "vocab_size" | add_cross_attention true is not supported
          "vocab_size"            | "pruned_heads": {"0": [1]}, "vocab_size" | pruned_heads {"0":[1]} is not supported
          "vocab_size"            | "layer_norm_eps": 0, "vocab_size" | layer_norm_eps is 0, expected a positive float32 number
          "vocab_size"            | "layer_norm_eps": 1e999, "vocab_size" | layer_norm_eps is
          "vocab_size"            | nonsense               | not valid JSON
          """)
  void badConfigsAreRefused(String good, String bad, String message) throws IOException {
    writeGood();
    assertThat(CONFIG).contains(good);
    write("config.json", CONFIG.replace(good, bad));
    assertRefused(message, "(config.json)");
  }

  @Test
  void theHashFollowsEveryFileThatMattersAndNoOther() throws IOException {
    writeGood();
    String first = hash();
    assertThat(first).hasSize(64).isEqualTo(hash());
    write("README.md", "text");
    assertThat(hash()).isEqualTo(first);
    write("tokenizer.json", "{}");
    String withTokenizer = hash();
    assertThat(withTokenizer).isNotEqualTo(first);
    write("tokenizer.json", "{ }");
    assertThat(hash()).isNotEqualTo(withTokenizer);
    write("tokenizer.json", "{}");
    write("sentence_bert_config.json", "{}");
    String withSettings = hash();
    assertThat(withSettings).isNotEqualTo(withTokenizer);
    write("config.json", CONFIG + " ");
    assertThat(hash()).isNotEqualTo(withSettings);
    write("config.json", CONFIG);
    assertThat(hash()).isEqualTo(withSettings);
    new RawSafetensors().counting("a", 5, 4).write(directory.resolve("model.safetensors"));
    assertThat(hash()).isNotEqualTo(withSettings);
  }

  private String hash() {
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      return checkpoint.hash();
    }
  }
}
