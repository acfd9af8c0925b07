package io.heed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import io.heed.checkpoint.GptCheckpointFixture.Naming;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GptTensorsTest {
  @TempDir private Path directory;

  private static GptCheckpointFixture small(Form form) {
    return GptCheckpointFixture.of(form, 2, 8, 2, 20, 5).withMaxPositionEmbeddings(12);
  }

  @ParameterizedTest
  @EnumSource(Naming.class)
  void everyNamingHoldsTheSameTensors(Naming naming) throws IOException {
    for (Form form : Form.values()) {
      Path plain = small(form).write(directory.resolve("plain" + form));
      Path other = small(form).withNaming(naming).write(directory.resolve("other" + form));
      try (HuggingFaceCheckpoint expected = HuggingFaceCheckpoint.open(plain);
          HuggingFaceCheckpoint found = HuggingFaceCheckpoint.open(other)) {
        GptTensors tensors = new GptTensors(found.gptConfig());
        new TensorReader(found).check(tensors.all());
        assertThat(tensors.all()).hasSize(2 + 2 * 12 + (form == Form.GPT2 ? 2 : 0));
        assertThat(tensors.finalNorm()).matches(norm -> norm.isPresent() == (form == Form.GPT2));
        tensors
            .all()
            .forEach(
                tensor ->
                    assertThat(new TensorReader(found).floats(tensor))
                        .as(tensor.name())
                        .isEqualTo(new TensorReader(expected).floats(tensor)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TIED, wte.weight", "COPIED, lm_head.weight", "SEPARATE, lm_head.weight"})
  void theHeadIsTheCheckpointsOwnWhereItHasOne(Head head, String expected) throws IOException {
    small(Form.GPT2).withHead(head).write(directory);
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      TensorReader reader = new TensorReader(checkpoint);
      Tensor logits = new GptTensors(checkpoint.gptConfig()).logits(reader);
      assertThat(logits.name()).isEqualTo(expected);
      assertThat(reader.matrix(logits).rows()).isEqualTo(20);
    }
  }

  @Test
  void aSeparateHeadHasToBeThere() throws IOException {
    small(Form.GPT2).write(directory);
    Path config = directory.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false"));
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      TensorReader reader = new TensorReader(checkpoint);
      Tensor logits = new GptTensors(checkpoint.gptConfig()).logits(reader);
      assertThatThrownBy(() -> reader.matrix(logits))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("there is no tensor lm_head.weight");
    }
  }

  @Test
  void moreLayersThanThereAreEndAtTheFirstThatIsMissing() throws IOException {
    small(Form.GPT2).write(directory);
    Path config = directory.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"n_layer\": 2", "\"n_layer\": 2147483647"));
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      TensorReader reader = new TensorReader(checkpoint);
      GptTensors tensors = new GptTensors(checkpoint.gptConfig());
      assertThatThrownBy(() -> reader.check(tensors.all()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("there is no tensor h.2.ln_1.weight");
    }
  }

  @Test
  void anEncoderGivenADecoderSaysSo() throws IOException {
    small(Form.OPENAI_GPT).write(directory);
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(directory)) {
      assertThatThrownBy(() -> checkpoint.bertConfig())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("model_type openai-gpt does not fit, an encoder is needed");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 70})
  void mapsAreTransposed(int outputs) {
    for (int inputs : new int[] {1, 7, 32, 33, 65}) {
      Matrix stored = Matrix.allocate(inputs, outputs);
      IntStream.range(0, stored.data().length).forEach(i -> stored.data()[i] = i);
      Conv1d map = new Conv1d(stored);
      int from = outputs / 3;
      Matrix whole = map.transposed();
      Matrix part = map.transposed(from, outputs);
      assertThat(whole.rows()).isEqualTo(outputs);
      assertThat(whole.columns()).isEqualTo(inputs);
      assertThat(part.rows()).isEqualTo(outputs - from);
      for (int output = 0; output < outputs; output++) {
        for (int input = 0; input < inputs; input++) {
          assertThat(whole.at(output, input)).isEqualTo(stored.at(input, output));
          if (output >= from) {
            assertThat(part.at(output - from, input)).isEqualTo(stored.at(input, output));
          }
        }
      }
    }
    assertThatThrownBy(() -> new Conv1d(Matrix.allocate(3, 4)).transposed(0, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
