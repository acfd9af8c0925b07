package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.checkpoint.ByteLevelFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GPT-2's tokenizer, which adds no special tokens, there and back. */
class DecodingTest {
  private static final ByteLevelFixture FILES = ByteLevelFixture.english();
  private static final int ENOUGH = 1000;

  @TempDir private Path directory;

  private TextTokenizer open(String json) throws IOException {
    return TextTokenizer.open(Files.writeString(directory.resolve("tokenizer.json"), json));
  }

  private TextTokenizer open() throws IOException {
    return open(FILES.tokenizerJson());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " the hand and a tin ",
        "Käse, größer als alle Küsten",
        "\uD83D\uDE00 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
        "\u4E2D\u6587\tand\u0000more\r\n\n",
        " ."
      })
  void everyTextComesBack(String text) throws IOException {
    try (TextTokenizer tokenizer = open()) {
      TokenizedText tokens = tokenizer.tokenize(text, ENOUGH);
      assertThat(tokenizer.decode(tokens.ids())).isEqualTo(text);
      assertThat(tokens.truncated()).isFalse();
    }
  }

  @Test
  void noTokenIsAdded() throws IOException {
    try (TextTokenizer tokenizer = open()) {
      assertThat(tokenizer.specialTokens()).isZero();
      assertThat(tokenizer.tokenize("", ENOUGH).ids()).isEmpty();
      TokenizedText cut = tokenizer.tokenize(" the the the", 2);
      assertThat(cut.truncated()).isTrue();
      assertThat(cut.ids()).hasSize(2);
      assertThat(tokenizer.decode(cut.ids())).isEqualTo(" the the");
    }
  }

  @Test
  void aCharacterWithoutAllItsTokensIsReplaced() throws IOException {
    try (TextTokenizer tokenizer = open()) {
      int[] emoji = tokenizer.tokenize("\uD83D\uDE00", ENOUGH).ids();
      assertThat(emoji).hasSize(4);
      for (int tokens = 1; tokens < 4; tokens++) {
        assertThat(tokenizer.decode(Arrays.copyOf(emoji, tokens))).isEqualTo("\uFFFD");
      }
      assertThat(tokenizer.decode(emoji[1], emoji[2])).isEqualTo("\uFFFD\uFFFD");
      // One piece of this vocabulary is an l and the first half of an umlaut.
      int[] umlaut = tokenizer.tokenize("lä", ENOUGH).ids();
      assertThat(umlaut).hasSize(2);
      assertThat(tokenizer.decode(umlaut[0])).isEqualTo("l\uFFFD");
      assertThat(tokenizer.decode(umlaut)).isEqualTo("lä");
    }
  }

  @Test
  void theEndOfTextIsLeftOutAndFoundInTexts() throws IOException {
    try (TextTokenizer tokenizer = open()) {
      int[] ids = tokenizer.tokenize("a<|endoftext|> the", ENOUGH).ids();
      assertThat(ids).hasSize(3).contains(FILES.endOfText());
      assertThat(tokenizer.decode(ids)).isEqualTo("a the");
      assertThat(tokenizer.decode(FILES.endOfText())).isEmpty();
    }
  }

  @Test
  void idsThatAreNotThereAreLeftOut() throws IOException {
    try (TextTokenizer tokenizer = open()) {
      int letter = tokenizer.tokenize("a", ENOUGH).ids()[0];
      assertThat(tokenizer.decode(letter, FILES.size(), -1, Integer.MAX_VALUE, letter))
          .isEqualTo("aa");
      assertThat(tokenizer.decode()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          null                                                      | `the and`
          {"type": "BPEDecoder", "suffix": "d"}                     | `thean`
          {"type": "WordPiece", "prefix": "an", "cleanup": false}   | `thed`
          {"type": "Sequence", "decoders": [{"type": "Fuse"}, {"type": "Strip", "content": "t", "start": 1, "stop": 0}]} | `heand`
          """)
  void otherDecodersDecideByThemselves(String decoder, String expected) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode tokenizer = (ObjectNode) json.readTree(FILES.tokenizerJson());
    tokenizer.set("decoder", json.readTree(decoder));
    ObjectNode vocabulary = (ObjectNode) tokenizer.at("/model/vocab");
    vocabulary.put("the", 1001).put("and", 1002);
    try (TextTokenizer opened = open(tokenizer.toString())) {
      assertThat(opened.decode(1001, 1002)).isEqualTo(expected);
    }
  }

  @Test
  void aClosedTokenizerSaysSo() throws IOException {
    TextTokenizer tokenizer = open();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.decode(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tokenizer is closed");
  }
}
