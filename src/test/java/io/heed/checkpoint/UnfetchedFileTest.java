package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.architecture.ModelCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands in a file of a checkpoint that was not fetched is named, whichever file it is. */
class UnfetchedFileTest {
  private static final String POINTER =
      String.format(
          Locale.ROOT,
          "version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 90868376\n",
          0);

  @TempDir Path directory;

  private static Stream<Arguments> all(List<String> files) {
    List<Arguments> contents =
        List.of(
            Arguments.of(POINTER, "a Git LFS pointer"),
            Arguments.of(POINTER.replace("git-lfs.github", "hawser.github"), "a Git LFS pointer"),
            Arguments.of("<!DOCTYPE html>\n<html>404</html>", "an HTML or XML page"),
            Arguments.of("\uFEFF\n <?xml version=\"1.0\"?><Error/>", "an HTML or XML page"),
            Arguments.of("", "empty"),
            Arguments.of("PK\u0003\u0004archive", "a zip archive"));
    return files.stream()
        .flatMap(
            file ->
                contents.stream()
                    .map(content -> Arguments.of(file, content.get()[0], content.get()[1])));
  }

  static Stream<Arguments> encoderFiles() {
    return all(
        List.of(
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "modules.json",
            "1_Pooling/config.json",
            "sentence_bert_config.json",
            "config_sentence_transformers.json"));
  }

  static Stream<Arguments> decoderFiles() {
    return all(List.of("generation_config.json", "discretizer.json"));
  }

  private void replace(String file, String content) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content, StandardCharsets.UTF_8);
  }

  private void assertNamed(String file, String what) {
    assertThatThrownBy(
            () -> {
              try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
                checkpoint.tokenizer();
              }
            })
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("the file is " + what)
        .hasMessageEndingWith("(" + file + ")");
  }

  @ParameterizedTest
  @MethodSource("encoderFiles")
  void of_an_encoder(String file, String content, String what) throws IOException {
    BertCheckpointFixture.of(1, 4, 2, 9, 1).write(directory);
    replace(file, content);
    assertNamed(file, what);
  }

  @ParameterizedTest
  @MethodSource("decoderFiles")
  void of_a_decoder(String file, String content, String what) throws IOException {
    GptCheckpointFixture.of(GptCheckpointFixture.Form.GPT2, 1, 8, 2, 9, 1).write(directory);
    replace(file, content);
    assertNamed(file, what);
  }

  static Stream<Arguments> vocabulary() {
    return all(List.of("vocab.txt"));
  }

  @ParameterizedTest
  @MethodSource("vocabulary")
  void of_a_vocabulary(String file, String content, String what) throws IOException {
    BertCheckpointFixture.of(1, 4, 2, 9, 1).write(directory);
    replace(file, "<s>\n<pad>\n");
    try (HuggingFaceCheckpoint checkpoint = ModelCheckpoint.open(directory).files()) {
      assertThat(checkpoint.tokenizer()).hasFileName(file);
    }
    replace(file, content);
    assertNamed(file, what);
  }

  @Test
  void of_shards_and_their_index() throws IOException {
    BertCheckpointFixture.of(1, 4, 2, 9, 1).withShards(2).write(directory);
    String index = Files.readString(directory.resolve("model.safetensors.index.json"));
    replace("model.safetensors.index.json", POINTER);
    assertNamed("model.safetensors.index.json", "a Git LFS pointer");
    replace("model.safetensors.index.json", index);
    replace("model-00002-of-00002.safetensors", POINTER);
    assertNamed("model-00002-of-00002.safetensors", "a Git LFS pointer");
  }

  @Test
  void of_the_weights_of_a_layer() throws IOException {
    replace("layer.safetensors", POINTER);
    assertThatThrownBy(() -> AttentionTensors.read(directory.resolve("layer.safetensors")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("git lfs pull")
        .hasMessageEndingWith("(layer.safetensors)");
  }

  @Test
  void of_weights_that_are_a_message() throws IOException {
    BertCheckpointFixture.of(1, 4, 2, 9, 1).write(directory);
    replace("model.safetensors", "Entry not found");
    assertThatThrownBy(() -> ModelCheckpoint.open(directory).files())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "the file begins with the text 'Entry no', not with the length of a safetensors header"
                + " (model.safetensors)");
  }

  /** A header of 0x213C bytes begins with the characters of markup. */
  @Test
  void a_header_whose_length_looks_like_markup_is_read() throws IOException {
    String header = "{\"__metadata__\":{\"note\":\"%s\"}}".formatted("x".repeat(0x213C - 28));
    assertThat(header).hasSize(0x213C);
    Path file = directory.resolve("layer.safetensors");
    RawSafetensors.write(file, header, new byte[0]);
    assertThat(Files.readAllBytes(file)).startsWith('<', '!');
    assertThatCode(() -> AttentionTensors.read(file)).doesNotThrowAnyException();
  }
}
