package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heed.text.TokenizerOptions.Casing;
import io.heed.text.TokenizerOptions.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  private static final int UNKNOWN = 1;
  private static final int CLS = 2;
  private static final int SEP = 3;
  private static final int THE = 5;
  private static final int RIVER = 6;

  @TempDir private Path directory;

  private TextTokenizer open(ObjectNode json) {
    return TextTokenizer.open(TokenizerFiles.write(directory, json));
  }

  @Test
  void addsTheSpecialTokens() {
    try (TextTokenizer tokenizer = open(TokenizerFiles.wordPiece())) {
      assertThat(tokenizer.specialTokens()).isEqualTo(2);
      assertThat(tokenizer.tokenize("", 8).ids()).containsExactly(CLS, SEP);
      TokenizedText text = tokenizer.tokenize("The RIVER x", 8);
      assertThat(text.ids()).containsExactly(CLS, THE, RIVER, UNKNOWN, SEP);
      assertThat(text.truncated()).isFalse();
    }
  }

  @Test
  void truncationKeepsTheSpecialTokens() {
    try (TextTokenizer tokenizer = open(TokenizerFiles.wordPiece())) {
      TokenizedText text = tokenizer.tokenize("the river the river", 4);
      assertThat(text.ids()).containsExactly(CLS, THE, RIVER, SEP);
      assertThat(text.truncated()).isTrue();
      assertThat(tokenizer.tokenize("the river", 4).truncated()).isFalse();
      assertThat(tokenizer.tokenize("the", 2).ids()).containsExactly(CLS, SEP);
    }
  }

  @Test
  void specialTokensInTheTextAreNotMistakenForThoseAtItsEnd() {
    try (TextTokenizer tokenizer = open(TokenizerFiles.wordPiece())) {
      assertThat(tokenizer.tokenize("[CLS] the [SEP] [SEP]", 5).ids())
          .containsExactly(CLS, CLS, THE, SEP, SEP);
    }
  }

  @Test
  void ignoresTruncationAndPaddingOfTheFile() {
    ObjectNode json = TokenizerFiles.wordPiece();
    json.putObject("truncation")
        .put("direction", "Left")
        .put("max_length", 3)
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    ObjectNode padding = json.putObject("padding").put("direction", "Right");
    padding.putObject("strategy").put("Fixed", 32);
    padding.putNull("pad_to_multiple_of").put("pad_id", 0).put("pad_type_id", 0);
    padding.put("pad_token", "[PAD]");
    try (TextTokenizer tokenizer = open(json)) {
      assertThat(tokenizer.tokenize("the river the", 8).ids())
          .containsExactly(CLS, THE, RIVER, THE, SEP);
    }
  }

  @Test
  void aTokenizerThatCutsAtTheLeftKeepsTheEnd() {
    ObjectNode json = TokenizerFiles.wordPiece();
    Path right = TokenizerFiles.write(directory, json);
    String text = "river ".repeat(1000) + "the river the";
    TokenizerOptions left = TokenizerOptions.NONE.withTruncationSide(Side.LEFT);
    try (TextTokenizer tokenizer = TextTokenizer.open(right, left)) {
      TokenizedText cut = tokenizer.tokenize(text, 5);
      assertThat(cut.ids()).containsExactly(CLS, THE, RIVER, THE, SEP);
      assertThat(cut.truncated()).isTrue();
      assertThat(tokenizer.tokenize(text, 2).ids()).containsExactly(CLS, SEP);
      assertThat(tokenizer.tokenize("the", 5).ids()).containsExactly(CLS, THE, SEP);
    }
    json.putObject("truncation")
        .put("direction", "Left")
        .put("max_length", 3)
        .put("strategy", "LongestFirst")
        .put("stride", 0);
    Path file = TokenizerFiles.write(directory, json);
    TokenizerOptions said = TokenizerOptions.NONE.withTruncationSide(Side.RIGHT);
    try (TextTokenizer tokenizer = TextTokenizer.open(file);
        TextTokenizer other = TextTokenizer.open(file, said)) {
      assertThat(tokenizer.tokenize(text, 5).ids()).containsExactly(CLS, THE, RIVER, THE, SEP);
      assertThat(other.tokenize(text, 5).ids()).containsExactly(CLS, RIVER, RIVER, RIVER, SEP);
    }
  }

  @Test
  void whatIsSaidOutsideOfTheFileTakesThePlaceOfItsOwn() {
    Path words = TokenizerFiles.write(directory, TokenizerFiles.wordPiece());
    TokenizerOptions cased = TokenizerOptions.NONE.withParts(Map.of("lowercase", false));
    try (TextTokenizer tokenizer = TextTokenizer.open(words);
        TextTokenizer other = TextTokenizer.open(words, cased)) {
      assertThat(tokenizer.tokenize("THE river", 8).ids()).containsExactly(CLS, THE, RIVER, SEP);
      assertThat(other.tokenize("THE river", 8).ids()).containsExactly(CLS, UNKNOWN, RIVER, SEP);
    }
    Path bytes = TokenizerFiles.write(directory, TokenizerFiles.byteLevel());
    TokenizerOptions space =
        TokenizerOptions.NONE.withParts(Map.of("add_prefix_space", true, "lowercase", true));
    try (TextTokenizer tokenizer = TextTokenizer.open(bytes);
        TextTokenizer other = TextTokenizer.open(bytes, space)) {
      assertThat(other.tokenize("the A", 9).ids()).isEqualTo(tokenizer.tokenize(" the A", 9).ids());
    }
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFile() throws Exception {
    Path file = directory.resolve("marked.json");
    Files.writeString(file, "\uFEFF" + TokenizerFiles.wordPiece());
    try (TextTokenizer tokenizer = TextTokenizer.open(file)) {
      assertThat(tokenizer.tokenize("the", 8).ids()).containsExactly(CLS, THE, SEP);
    }
  }

  /** As Hugging Face's own reader does. */
  @Test
  void theLastOfEqualKeysHoldsAndNaNIsNoJson() throws Exception {
    String json = TokenizerFiles.wordPiece().toString();
    String twice = "{\"normalizer\": null, \"pre_tokenizer\": null," + json.substring(1);
    Path file = directory.resolve("twice.json");
    try (TextTokenizer tokenizer = TextTokenizer.open(Files.writeString(file, twice))) {
      assertThat(tokenizer.tokenize("THE river", 8).ids()).containsExactly(CLS, THE, RIVER, SEP);
    }
    assertRefused(
        Files.writeString(file, "{\"clip\": NaN," + json.substring(1)),
        "the tokenizer is not valid JSON: Non-standard token 'NaN' (");
  }

  @Test
  void lowerCasesWhereAsked() {
    ObjectNode json = TokenizerFiles.wordPiece();
    ((ObjectNode) json.get("normalizer")).put("lowercase", false);
    Path file = TokenizerFiles.write(directory, json);
    try (TextTokenizer asWritten = TextTokenizer.open(file);
        TextTokenizer lower =
            TextTokenizer.open(file, TokenizerOptions.NONE.withCasing(Casing.LOWER))) {
      assertThat(asWritten.tokenize("THE", 8).ids()).containsExactly(CLS, UNKNOWN, SEP);
      assertThat(lower.tokenize("THE", 8).ids()).containsExactly(CLS, THE, SEP);
    }
  }

  @Test
  void unpairedSurrogatesCountAsReplacementCharacters() {
    try (TextTokenizer tokenizer = open(TokenizerFiles.byteLevel())) {
      int[] expected = tokenizer.tokenize("a\uFFFDb\uFFFD\uD83D\uDE00", 99).ids();
      assertThat(tokenizer.tokenize("a\uD83Db\uDE00\uD83D\uDE00", 99).ids()).isEqualTo(expected);
      assertThat(tokenizer.tokenize("\uD83D", 99).ids()).hasSize(2 + 3);
    }
  }

  @Test
  @Timeout(60)
  void aHugeTextIsNotTokenizedWhole() {
    String words = "the river, unwantable ".repeat(50_000_000 / 22);
    String base64 = "unwantable/river+the".repeat(50_000_000 / 20);
    String chinese = "\u4e2d\u6587".repeat(50_000_000 / 2);
    try (TextTokenizer tokenizer = open(TokenizerFiles.wordPiece())) {
      tokenizer.tokenize("the", 128);
      for (String text : List.of(words, base64, chinese)) {
        long start = System.nanoTime();
        TokenizedText tokens = tokenizer.tokenize(text, 128);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(200));
        assertThat(tokens.ids()).hasSize(128);
        assertThat(tokens.truncated()).isTrue();
      }
    }
  }

  @Test
  void aMaximumLengthWithoutRoomForTheSpecialTokensIsRefused() {
    try (TextTokenizer tokenizer = open(TokenizerFiles.wordPiece())) {
      assertThatThrownBy(() -> tokenizer.tokenize("the", 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 tokens has no room for the 2 special tokens");
    }
  }

  @Test
  void aTextWithoutTokensIsAnErrorOfItsOwn() {
    ObjectNode json = TokenizerFiles.wordPiece();
    ((ObjectNode) json.get("model")).put("unk_token", "[NONE]");
    try (TextTokenizer tokenizer = open(json)) {
      assertThatThrownBy(() -> tokenizer.tokenize("zzz", 8))
          .isInstanceOf(TokenizationException.class)
          .hasMessageContaining("UNK");
      assertThat(tokenizer.tokenize("the", 8).ids()).containsExactly(CLS, THE, SEP);
    }
  }

  @Test
  void brokenFilesAreNamed() throws Exception {
    Path absent = directory.resolve("absent.json");
    assertRefused(absent, "there is no tokenizer " + absent);
    assertRefused(Files.writeString(directory.resolve("a.json"), "{\"model\""), "not valid JSON");
    assertRefused(Files.writeString(directory.resolve("b.json"), "[]"), "not a JSON object");
    assertRefused(Files.writeString(directory.resolve("c.json"), "{}"), "not valid");
    assertRefused(Files.write(directory.resolve("d.json"), new byte[] {'{', -1}), "cannot be read");
    ObjectNode random = TokenizerFiles.byteLevel();
    ((ObjectNode) random.get("model")).put("dropout", 0.1);
    assertRefused(
        TokenizerFiles.write(directory, random),
        "model.dropout 0.1 makes token ids random; supported: null");
    ObjectNode merge = TokenizerFiles.byteLevel();
    merge.withArray("/model/merges").add("x unknown");
    assertRefused(TokenizerFiles.write(directory, merge), "unknown");
  }

  private static void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> TextTokenizer.open(file))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void threadsShareATokenizer() throws Exception {
    List<String> texts = IntStream.range(0, 64).mapToObj(i -> "river the ".repeat(i)).toList();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (TextTokenizer tokenizer = open(TokenizerFiles.unigram())) {
      List<int[]> alone = texts.stream().map(t -> tokenizer.tokenize(t, 99).ids()).toList();
      Callable<List<int[]>> all =
          () -> texts.stream().map(t -> tokenizer.tokenize(t, 99).ids()).toList();
      for (Future<List<int[]>> result : threads.invokeAll(List.of(all, all, all, all))) {
        assertThat(result.get().toArray(int[][]::new)).isDeepEqualTo(alone.toArray(int[][]::new));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aClosedTokenizerSaysSo() {
    TextTokenizer tokenizer = open(TokenizerFiles.wordPiece());
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.tokenize("the", 8))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tokenizer is closed");
  }
}
