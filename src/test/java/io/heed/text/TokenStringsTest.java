package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenStringsTest {
  private static final int ENOUGH = 1000;

  @TempDir private Path directory;

  private TokenStrings read(ObjectNode json, int vocabulary) {
    return TokenStrings.read(TokenizerFiles.write(directory, json), vocabulary);
  }

  private String[] of(ObjectNode json, String text) {
    try (TextTokenizer tokenizer = TextTokenizer.open(TokenizerFiles.write(directory, json))) {
      return read(json, ENOUGH).strings(tokenizer.tokenize(text, ENOUGH).ids());
    }
  }

  @Test
  void piecesOfWords() {
    assertThat(of(TokenizerFiles.wordPiece(), "The running river x!"))
        .containsExactly("[CLS]", "the", "run", "##ning", "river", "[UNK]", "!", "[SEP]");
  }

  @Test
  void bytes() {
    assertThat(of(TokenizerFiles.byteLevel(), "a the"))
        .containsExactly("<s>", "a", "\u0120the", "</s>");
  }

  @Test
  void scoredPieces() {
    assertThat(of(TokenizerFiles.unigram(), "the river")).contains("\u2581the", "\u2581river");
  }

  @Test
  void addedTokensGoBeforeTheVocabulary() {
    ObjectNode json = TokenizerFiles.wordPiece();
    json.withArray("added_tokens").addObject().put("id", 5).put("content", "[NEW]");
    json.withArray("added_tokens").addObject().put("id", 900).put("content", "[FAR]");
    TokenStrings strings = read(json, ENOUGH);
    assertThat(strings.string(5)).isEqualTo("[NEW]");
    assertThat(strings.string(900)).isEqualTo("[FAR]");
  }

  @Test
  void idsWithoutAStringAreNumbers() {
    TokenStrings strings = read(TokenizerFiles.wordPiece(), 6);
    assertThat(strings.strings(5, 6, 999, -1)).containsExactly("the", "6", "999", "-1");
    assertThat(TokenStrings.numbers().strings(0, 7)).containsExactly("0", "7");
  }

  @Test
  void idsOutsideOfTheModelAreLeftOut() {
    ObjectNode json = TokenizerFiles.wordPiece();
    ((ObjectNode) json.at("/model/vocab")).put("below", -3).put("above", 4_000_000_000L);
    assertThat(read(json, ENOUGH).strings(5, -3)).containsExactly("the", "-3");
  }

  @Test
  void filesThatAreNoTokenizer() {
    assertThatThrownBy(() -> TokenStrings.read(directory.resolve("none.json"), ENOUGH))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("none.json");
  }
}
