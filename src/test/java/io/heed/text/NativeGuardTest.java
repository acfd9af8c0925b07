package io.heed.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each of these files ends the JVM when the native library gets to read it. */
class NativeGuardTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LABEL = 'q';
  private static final int LEAF = 1 << 8;

  @TempDir private Path directory;

  private void assertRefused(ObjectNode tokenizer, String message) {
    Path file = TokenizerFiles.write(directory, tokenizer);
    assertThatThrownBy(() -> TextTokenizer.open(file).close())
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith("(" + file + ")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type": "Replace", "pattern": {"Regex": ""}, "content": "a"}   | matches the empty text
          {"type": "Replace", "pattern": {"Regex": "x*"}, "content": "a"} | matches the empty text
          {"type": "Replace", "pattern": {"String": ""}, "content": "a"}  | matches the empty text
          {"type": "Prepend", "prepend": ""}                              | prepends nothing
          {"type": "Precompiled", "precompiled_charsmap": null}           | is NULL, expected a string
          {"type": "Precompiled"}                                         | is MISSING, expected a string
          {"type": "Precompiled", "precompiled_charsmap": "%"}            | is not base64
          {"type": "Precompiled", "precompiled_charsmap": "AAA="}         | has only 2 bytes
          {"type": "Precompiled", "precompiled_charsmap": "////////"}     | has 4294967295 bytes, the map 6
          {"type": "Precompiled", "precompiled_charsmap": "AAAAAAAA"}     | has 0 bytes, the map 6
          """)
  void normalizersThatPanicAreRefused(String normalizer, String message) throws IOException {
    ObjectNode tokenizer = TokenizerFiles.unigram();
    tokenizer.set("normalizer", JSON.readTree(normalizer));
    assertRefused(tokenizer, message);
    ObjectNode nested = TokenizerFiles.unigram();
    nested.withArray("/normalizer/normalizers").add(JSON.readTree(normalizer));
    assertRefused(nested, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type": "Replace", "pattern": {"String": ""}, "content": "a"} | of a decoder matches the empty text
          {"type": "Strip", "content": "a", "start": 1, "stop": 1}       | strips 1 characters from the end
          {"type": "Strip", "content": "a", "start": 0, "stop": 9}       | strips 9 characters from the end
          """)
  void decodersThatPanicAreRefused(String decoder, String message) throws IOException {
    ObjectNode tokenizer = TokenizerFiles.byteLevel();
    tokenizer.set("decoder", JSON.readTree(decoder));
    assertRefused(tokenizer, message);
    ObjectNode nested = TokenizerFiles.byteLevel();
    nested.putObject("decoder").put("type", "Sequence");
    nested.withArray("/decoder/decoders").add(JSON.readTree(decoder));
    assertRefused(nested, message);
  }

  @Test
  void aCharacterMapIsFollowedToItsEnd() {
    ObjectNode good = withMap(0, "ab\0", 256);
    try (TextTokenizer tokenizer = TextTokenizer.open(TokenizerFiles.write(directory, good))) {
      int[] mapped = tokenizer.tokenize("q", 9).ids();
      assertThat(mapped).isEqualTo(tokenizer.tokenize("ab", 9).ids());
    }
    assertRefused(withMap(0, "ab\0", 100), "points to 100 of 100");
    assertRefused(withMap(4, "ab\0", 256), "points to byte 4 of 3 of its text");
    assertRefused(withMap(1, "\u00e9\0", 256), "points to byte 1 of 3 of its text");
    assertRefused(withMap(0, "\uD83D", 256), "not UTF-8");
  }

  /** A trie that knows one letter, whose replacement begins at {@code index} of {@code text}. */
  private static ObjectNode withMap(int index, String text, int units) {
    // A lone surrogate stands for a byte that is never part of UTF-8.
    byte[] replacements =
        text.equals("\uD83D") ? new byte[] {-1} : text.getBytes(StandardCharsets.UTF_8);
    int[] trie = new int[units];
    if (units > LABEL) {
      trie[LABEL] = LABEL | LEAF | 1 << 10;
      trie[LABEL ^ 1] = 1 << 31 | index;
    }
    ByteBuffer map =
        ByteBuffer.allocate(Integer.BYTES * (units + 1) + replacements.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    map.putInt(units * Integer.BYTES);
    for (int unit : trie) {
      map.putInt(unit);
    }
    map.put(replacements);
    ObjectNode tokenizer = TokenizerFiles.unigram();
    tokenizer
        .putObject("normalizer")
        .put("type", "Precompiled")
        .put("precompiled_charsmap", Base64.getEncoder().encodeToString(map.array()));
    return tokenizer;
  }

  @Test
  void templatesNameOnlyTokensThatTheyDescribe() {
    ObjectNode absent = TokenizerFiles.wordPiece();
    ((ObjectNode) absent.at("/post_processor/special_tokens")).remove("[SEP]");
    assertRefused(absent, "the template single places [SEP], which special_tokens does not");
    ObjectNode renamed = TokenizerFiles.wordPiece();
    ((ObjectNode) renamed.at("/post_processor/special_tokens/[CLS]")).put("id", "[BOS]");
    assertRefused(renamed, "the template single places [CLS]");
    ObjectNode untyped = TokenizerFiles.wordPiece();
    ((ObjectNode) untyped.get("post_processor")).put("type", "Other");
    ((ObjectNode) untyped.at("/post_processor/special_tokens")).remove("[SEP]");
    assertRefused(untyped, "the template single places [SEP]");
  }

  @Test
  void aTokenIdAboveTheIntegersIsRefused() {
    ObjectNode tokenizer = TokenizerFiles.wordPiece();
    tokenizer.withArray("/post_processor/special_tokens/[CLS]/ids").set(0, 3_000_000_000L);
    assertRefused(tokenizer, "token id 3000000000 is above 2^31 - 1");
  }
}
