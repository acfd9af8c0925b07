package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerIdsTest {
  @TempDir Path directory;

  private TokenizerIds read(String vocabulary) throws IOException {
    String added = "{\"content\": \"<end>\", \"id\": 7}";
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file, "{\"added_tokens\": [" + added + "], \"model\": {\"vocab\": " + vocabulary + "}}");
    return TokenizerIds.read(file);
  }

  @Test
  void countsAddedTokensAndThoseOfTheVocabulary() throws IOException {
    assertThat(read("{\"a\": 0, \"b\": 3}").count()).isEqualTo(8);
    assertThat(read("{\"a\": 0, \"b\": 30}").count()).isEqualTo(31);
    TokenizerIds ofPieces = read("[[\"a\", -1.5], [\"b\", -2.5]]");
    assertThat(ofPieces.id("b")).contains(1);
    assertThat(ofPieces.id("<end>")).contains(7);
    assertThat(ofPieces.id("c")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967297", "1.5", "-2", "\"1\"", "null", "16777216"})
  void idsThatAreNoneAreRefused(String id) {
    assertThatThrownBy(() -> read("{\"a\": " + id + "}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("the ids of tokenizer.json are not from 0 to below 16777216");
  }
}
