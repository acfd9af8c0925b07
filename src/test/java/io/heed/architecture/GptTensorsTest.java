package io.heed.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.batch.PackedBatch;
import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import io.heed.checkpoint.GptCheckpointFixture.Naming;
import io.heed.kernel.ReferenceKernels;
import io.heed.layer.Workspace;
import io.heed.model.TransformerDecoder;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GptTensorsTest {
  @TempDir private Path directory;

  private static GptCheckpointFixture small(Form form) {
    return GptCheckpointFixture.of(form, 2, 8, 2, 20, 5).withMaxPositionEmbeddings(12);
  }

  @ParameterizedTest
  @EnumSource(Naming.class)
  void everyNamingHoldsTheSameModel(Naming naming) throws IOException {
    for (Form form : Form.values()) {
      Path plain = small(form).write(directory.resolve("plain" + form));
      Path other = small(form).withNaming(naming).write(directory.resolve("other" + form));
      assertThat(logits(other)).isEqualTo(logits(plain));
    }
  }

  @Test
  void theHeadIsTheCheckpointsOwnWhereItHasOne() throws IOException {
    float[] tied = logits(small(Form.GPT2).withHead(Head.TIED).write(directory.resolve("tied")));
    Path copied = small(Form.GPT2).withHead(Head.COPIED).write(directory.resolve("copied"));
    Path separate = small(Form.GPT2).withHead(Head.SEPARATE).write(directory.resolve("separate"));
    assertThat(logits(copied)).isEqualTo(tied);
    assertThat(logits(separate)).hasSameSizeAs(tied).isNotEqualTo(tied);
  }

  private static float[] logits(Path checkpoint) {
    try (ModelCheckpoint opened = ModelCheckpoint.open(checkpoint)) {
      TransformerDecoder decoder = (TransformerDecoder) opened.load(new ReferenceKernels());
      Workspace workspace = new Workspace();
      Matrix hidden =
          decoder.hiddenStates(PackedBatch.of(List.of(new int[] {3, 1, 19})), workspace);
      Matrix logits = decoder.logits(hidden, new int[] {2}, workspace);
      return Arrays.copyOfRange(logits.data(), logits.offset(), logits.offset() + logits.columns());
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
    assertChecked(
        "there is no tensor lm_head.weight or transformer.lm_head.weight (model.safetensors)");
  }

  @Test
  void moreLayersThanThereAreEndAtTheFirstThatIsMissing() throws IOException {
    small(Form.GPT2).write(directory);
    Path config = directory.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"n_layer\": 2", "\"n_layer\": 2147483647"));
    assertChecked(
        "there is no tensor h.2.ln_1.weight or transformer.h.2.ln_1.weight (model.safetensors)");
  }

  private void assertChecked(String message) {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      assertThatThrownBy(checkpoint::check)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> checkpoint.load(new ReferenceKernels())).hasMessage(message);
    }
  }
}
