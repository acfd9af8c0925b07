package io.heed.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.CheckpointException;
import io.heed.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What families of encoders read from {@code config.json}, and what they refuse. */
class EncoderConfigsTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/encoders");

  @TempDir private Path directory;

  /** The checkpoint of a family with another configuration. */
  private ModelCheckpoint open(String family, String good, String other) throws IOException {
    Path checkpoint = GOLDENS.resolve(family + "-model");
    String config = Files.readString(checkpoint.resolve("config.json"));
    assertThat(config).contains(good);
    Files.writeString(directory.resolve("config.json"), config.replace(good, other));
    Path weights = directory.resolve("model.safetensors");
    Files.copy(checkpoint.resolve("model.safetensors"), weights);
    return ModelCheckpoint.open(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "bert, 47, 2",
    "roberta, 41, 1",
    "xlm-roberta, 41, 1",
    "distilbert, 45, 0",
    "electra, 47, 2",
    "mpnet, 41, 0",
    "albert, 47, 2"
  })
  void positionsAndTypesAreThoseThatTokensCanHave(String family, int positions, int types)
      throws IOException {
    try (ModelCheckpoint checkpoint = open(family, "", "")) {
      ModelSpec spec = checkpoint.spec();
      assertThat(spec.modelType()).isEqualTo(family);
      assertThat(spec.positions()).isEqualTo(positions);
      assertThat(spec.tokenTypes()).isEqualTo(types);
      assertThat(spec.causal()).isFalse();
      assertThat(checkpoint.maxLength().tokens()).isEqualTo(positions);
    }
  }

  @Test
  void distilBertsSizesMayHaveTheNamesOfBerts() throws IOException {
    try (ModelCheckpoint checkpoint = open("distilbert", "\"dim\"", "\"hidden_size\"")) {
      checkpoint.check();
      assertThat(checkpoint.spec().width()).isEqualTo(60);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          roberta | "pad_token_id": 1 | "pad_token_id": 42 | max_position_embeddings 43 is too few: the first token has position 43
          roberta | "pad_token_id": 1 | "pad_token_id": -1 | pad_token_id is -1, expected a whole number between 0 and 2147483647
          roberta | "pad_token_id": 1 | "pad_token_id": 2147483647 | max_position_embeddings 43 is too few: the first token has position 2147483648
          distilbert | "dim": 60 | "x": 60 | dim is missing
          distilbert | "dim": 60 | "dim": 60, "hidden_size": 64 | dim 60 and hidden_size 64 are two spellings of one value, and differ
          electra | "position_embedding_type": "absolute" | "position_embedding_type": "relative_key" | supported: absolute
          albert | "inner_group_num": 1 | "inner_group_num": 2 | inner_group_num 2 is not supported; supported: 1
          albert | "num_hidden_layers": 5 | "num_hidden_layers": 2000000000 | num_hidden_layers 2000000000 is more than 1024
          """)
  void whatCannotBeComputedIsRefused(String family, String good, String bad, String message) {
    assertThatThrownBy(() -> open(family, good, bad))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(message, "(config.json)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          electra | "embedding_size": 36 | "embedding_size": 35 | embeddings.word_embeddings.weight has shape [137, 36], expected [137, 35]
          mpnet | "num_attention_heads": 4 | "num_attention_heads": 5 | encoder.relative_attention_bias.weight has shape [32, 4], expected [32, 5]
          albert | "num_hidden_groups": 2 | "num_hidden_groups": 3 | there is no tensor albert.encoder.albert_layer_groups.2.albert_layers.0.attention.query.weight or encoder.albert_layer_groups.2
          """)
  void theFirstTensorThatDoesNotFitIsNamed(String family, String good, String bad, String message)
      throws IOException {
    try (ModelCheckpoint checkpoint = open(family, good, bad)) {
      assertThatThrownBy(checkpoint::check)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(message);
    }
  }
}
