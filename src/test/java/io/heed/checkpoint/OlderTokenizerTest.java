package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.text.TextTokenizer;
import io.heed.text.TokenStrings;
import io.heed.text.TokenizerException;
import io.heed.text.TokenizerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Token ids of each folder of {@code goldens/tokenizers} and {@code goldens/sentencepiece} are
 * those of transformers' {@code AutoTokenizer} ({@code make_tokenizers.py}, {@code
 * make_sentencepiece.py}), made of the same files.
 */
class OlderTokenizerTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/tokenizers");
  private static final Path SENTENCE_PIECE = GOLDENS.resolveSibling("sentencepiece");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WORDS = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nriver\n";
  private static final String BYTES = "{\"<s>\": 0, \"</s>\": 1, \"a\": 2, \"b\": 3, \"ab\": 4}";

  @TempDir private Path directory;

  static Stream<Path> goldens() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (Path goldens : List.of(GOLDENS, SENTENCE_PIECE)) {
      try (Stream<Path> entries = Files.list(goldens)) {
        entries.filter(entry -> Files.exists(entry.resolve("golden.json"))).forEach(folders::add);
      }
    }
    assertThat(folders).hasSizeGreaterThanOrEqualTo(31);
    return folders.stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void idsAreThoseOfTransformers(Path folder) throws IOException {
    JsonNode texts = JSON.readTree(folder.resolveSibling("texts.json").toFile());
    JsonNode ids = JSON.readTree(folder.resolve("golden.json").toFile()).get("ids");
    assertThat(texts.size()).isEqualTo(ids.size()).isGreaterThanOrEqualTo(200);
    try (TextTokenizer tokenizer = open(folder)) {
      for (int i = 0; i < texts.size(); i++) {
        String text = texts.get(i).textValue();
        assertThat(tokenizer.tokenize(text, Integer.MAX_VALUE).ids())
            .as("text %d, <%s>", i, text)
            .containsExactly(JSON.convertValue(ids.get(i), int[].class));
      }
    }
  }

  /** A long text is cut before it is tokenized, which needs the parts of the document. */
  @ParameterizedTest
  @MethodSource("goldens")
  void truncatedTextsBeginAsWholeOnes(Path folder) {
    try (TextTokenizer tokenizer = open(folder)) {
      String text = "The caf\u00e9 un-river runs, \u4e2d\u6587! ".repeat(50);
      int[] whole = tokenizer.tokenize(text, Integer.MAX_VALUE).ids();
      int[] cut = tokenizer.tokenize(text, 20).ids();
      int last = folder.endsWith("gpt2") || folder.endsWith("openai-gpt") ? 20 : 19;
      assertThat(cut).hasSize(20).startsWith(Arrays.copyOf(whole, last));
    }
  }

  @Test
  void stringsAreThoseOfTheVocabularyAndItsAddedTokens() {
    Path folder = GOLDENS.resolve("bert-added");
    String document = older(folder).document();
    TokenStrings strings = TokenStrings.of(document, folder, 1000);
    assertThat(strings.strings(1, 605, 606, 607))
        .containsExactly("[UNK]", "[NEW]", "<extra>", "607");
  }

  @Test
  void linesOfAVocabularyEndAsTheTokenizersLibraryEndsThem() throws IOException {
    write("config.json", "{\"model_type\": \"bert\"}");
    write(
        "vocab.txt", "[PAD]\r\n[UNK] \n[CLS]\n[SEP]\u00a0\n\n[MASK]\nthe\na\rb\nthe\u3000\nriver");
    try (TextTokenizer tokenizer = open(directory)) {
      assertThat(tokenizer.tokenize("the river a x", 9).ids()).containsExactly(2, 8, 9, 1, 1, 3);
    }
  }

  @Test
  void theClassDecidesNotWhatTheModelIs() throws IOException {
    write("vocab.txt", WORDS);
    write(
        "config.json", "{\"model_type\": \"xlm-roberta\", \"tokenizer_class\": \"BertTokenizer\"}");
    try (TextTokenizer tokenizer = open(directory)) {
      assertThat(tokenizer.tokenize("The river", 9).ids()).containsExactly(2, 5, 6, 3);
    }
    write("tokenizer_config.json", "{\"tokenizer_class\": \"MPNetTokenizer\"}");
    try (TextTokenizer tokenizer = open(directory)) {
      assertThat(tokenizer.tokenize("The river", 9).ids()).containsExactly(7, 5, 6, 8);
    }
  }

  @Test
  void whatOtherTokenizersReadIsRefusedByName() throws IOException {
    write("config.json", "{\"model_type\": \"mbart\"}");
    write("sentencepiece.bpe.model", "pieces");
    assertThatThrownBy(() -> older(directory).document())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            "there is no tokenizer.json in "
                + directory
                + ", which texts need; without it, model_type mbart has none of"
                + " BertTokenizer, DistilBertTokenizer, ElectraTokenizer, MPNetTokenizer,"
                + " RobertaTokenizer, GPT2Tokenizer, OpenAIGPTTokenizer, XLMRobertaTokenizer,"
                + " CamembertTokenizer, AlbertTokenizer, DebertaV2Tokenizer, T5Tokenizer; of what"
                + " is there,"
                + " sentencepiece.bpe.model do not do. To make it: python -c ");
    write("tokenizer_config.json", "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}");
    write("vocab.txt", WORDS);
    assertThatThrownBy(() -> older(directory).document())
        .hasMessageContaining("; without it, BertJapaneseTokenizer is not one of BertTokenizer, ")
        .hasMessageContaining("sentencepiece.bpe.model, vocab.txt do not do.");
    assertThat(older(directory).vocabulary()).isEmpty();
  }

  @Test
  void bothFilesOfBytePairsAreNeeded() throws IOException {
    write("config.json", "{\"model_type\": \"gpt2\"}");
    write("vocab.json", BYTES);
    assertThat(older(directory).vocabulary()).isEmpty();
    assertThatThrownBy(() -> older(directory).document())
        .hasMessageContaining(", nor vocab.json and merges.txt, which would do; of what is there,")
        .hasMessageContaining("vocab.json do not do.");
    write("merges.txt", "a b\n");
    assertThat(older(directory).vocabulary()).isPresent();
    try (TextTokenizer tokenizer = open(directory)) {
      assertThat(tokenizer.tokenize("aabb", 9).ids()).containsExactly(2, 4, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b c", "ab", "", " a b", "a  b"})
  void aMergeIsTwoPieces(String line) throws IOException {
    write("config.json", "{\"model_type\": \"gpt2\"}");
    write("vocab.json", BYTES);
    write("merges.txt", "#version: 0.2\na b\n" + line + "\na b\n");
    assertThatThrownBy(() -> open(directory).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "line 3 is '" + line + "', expected two pieces with a space between them (merges.txt)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "-1", "\"1\"", "null", "[]", "4294967296"})
  void anIdIsANumber(String id) throws IOException {
    write("config.json", "{\"model_type\": \"gpt2\"}");
    write("vocab.json", "{\"a\": " + id + "}");
    write("merges.txt", "");
    assertThatThrownBy(() -> open(directory).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("the id of a is ")
        .hasMessageEndingWith("expected a whole number between 0 and 2147483647 (vocab.json)");
  }

  @Test
  void badVocabulariesAreErrors() throws IOException {
    write("config.json", "{\"model_type\": \"gpt2\"}");
    write("vocab.json", "{\"a\": 0, \"\\ud83d\": 1}");
    write("merges.txt", "");
    assertThatThrownBy(() -> open(directory).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("the file is not valid JSON: Broken surrogate pair");
    write("vocab.json", BYTES);
    write("merges.txt", "a c\n");
    assertThatThrownBy(() -> open(directory).close())
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("`c` out of vocabulary");
    Files.write(
        directory.resolve("merges.txt"), "\u00e9 a\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> open(directory).close())
        .hasMessage("the file is not text in UTF-8 (merges.txt)");
  }

  @Test
  void addedTokensHaveTheIdsThatTheyGetOrAreRefused() throws IOException {
    write("config.json", "{\"model_type\": \"bert\"}");
    write("vocab.txt", WORDS);
    write("added_tokens.json", "{\"<x>\": 9}");
    assertThatThrownBy(() -> older(directory).document())
        .hasMessage(
            "the added token <x> has the id 9, behind the vocabulary its id is 7 (vocab.txt)");
    write("added_tokens.json", "{\"<x>\": 7, \"the\": 5}");
    try (TextTokenizer tokenizer = open(directory)) {
      assertThat(tokenizer.tokenize("a<x>bthe", 9).ids()).containsExactly(2, 1, 7, 1, 5, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"do_basic_tokenize\": false",
        "\"split_special_tokens\": true",
        "\"auto_map\": {\"AutoTokenizer\": [\"a.B\", null]}",
        "\"cls_token\": null",
        "\"unk_token\": null",
        "\"added_tokens_decoder\": {\"x\": {\"content\": \"y\"}}",
        "\"added_tokens_decoder\": {\"0\": {\"content\": 1}}",
        "\"mask_token\": {\"content\": \"m\", \"lstrip\": 1}",
        "\"sep_token\": 3"
      })
  void whatWouldMakeOtherIdsIsRefused(String entry) throws IOException {
    write("config.json", "{\"model_type\": \"bert\"}");
    write("vocab.txt", WORDS);
    older(directory).document();
    write("tokenizer_config.json", "{" + entry + "}");
    String key = entry.substring(1, entry.indexOf('"', 1));
    assertThatThrownBy(() -> older(directory).document())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(key)
        .hasMessageEndingWith("(tokenizer_config.json)");
  }

  private static TextTokenizer open(Path folder) {
    return TextTokenizer.of(older(folder).document(), folder, TokenizerOptions.NONE);
  }

  private static OlderTokenizer older(Path folder) {
    CheckpointDirectory files = CheckpointDirectory.open(folder);
    return new OlderTokenizer(files, ConfigFile.read(files), TokenizerConfig.read(files));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }
}
