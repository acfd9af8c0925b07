package io.heed.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.text.TextTokenizer;
import io.heed.text.TokenStrings;
import io.heed.text.TokenizerException;
import io.heed.text.TokenizerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tokenizers of SentencePiece models refuse, beside the goldens of OlderTokenizerTest. */
class SentencePieceTokenizerTest {
  private static final String XLM = "sentencepiece.bpe.model";

  @TempDir private Path directory;

  @BeforeEach
  void writeModel() throws IOException {
    write("config.json", "{\"model_type\": \"xlm-roberta\"}");
    write(XLM, fairseq());
  }

  @Test
  void idsAreThoseOfTheClassNotOfTheModel() throws IOException {
    assertThat(ids("the river the")).containsExactly(0, 4, 5, 4, 2);
    assertThat(ids("a <mask>the")).containsExactly(0, 6, 3, 7, 4, 2);
    write("tokenizer_config.json", "{\"tokenizer_class\": \"CamembertTokenizerFast\"}");
    assertThat(ids("the river the")).containsExactly(5, 7, 8, 7, 6);
    assertThat(ids("a <mask>the")).containsExactly(5, 9, 3, 10, 7, 6);
  }

  @Test
  void stringsAreThoseOfThePiecesAtTheirIds() throws IOException {
    write("added_tokens.json", "{\"<new>\": 8}");
    TokenStrings strings = TokenStrings.of(older().document(), directory, 100);
    assertThat(strings.strings(0, 3, 4, 7, 8, 9))
        .containsExactly("<s>", "<unk>", "\u2581the", "<mask>", "<new>", "9");
  }

  @Test
  void everyFileThatHasASayIsFound() throws IOException {
    write("special_tokens_map.json", "{}");
    write("added_tokens.json", "{}");
    write("tokenizer_config.json", "{}");
    CheckpointDirectory files = CheckpointDirectory.open(directory);
    OlderTokenizer older = new OlderTokenizer(files, ConfigFile.read(files), TokenizerConfig.NONE);
    assertThat(older.vocabulary()).contains(directory.resolve(XLM).toRealPath());
    older.findFiles();
    assertThat(files.found())
        .containsKeys(XLM, "special_tokens_map.json", "added_tokens.json", "tokenizer_config.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bos_token", "pad_token", "eos_token", "unk_token", "mask_token"})
  void theClassNeedsItsSpecialTokens(String key) throws IOException {
    write("tokenizer_config.json", "{\"" + key + "\": null}");
    assertRefused(key + " is null, and the tokenizer needs one (tokenizer_config.json)");
  }

  @ParameterizedTest
  @CsvSource({
    "xlm-roberta, sentencepiece.bpe.model, XLMRobertaTokenizer",
    "camembert, sentencepiece.bpe.model, CamembertTokenizer",
    "albert, spiece.model, AlbertTokenizer",
    "t5, spiece.model, T5Tokenizer"
  })
  void withoutATableOfCharactersTransformersMakesNone(String type, String file, String name)
      throws IOException {
    write("config.json", "{\"model_type\": \"" + type + "\"}");
    write(file, new SentencePieceFixture().pieces(0, "<pad>", "<unk>", "</s>", "a").content());
    assertRefused(
        "normalizer_spec has no precompiled_charsmap, without which transformers makes no "
            + name
            + " ("
            + file
            + ")");
  }

  @Test
  void aTableOfCharactersIsCheckedBeforeItIsUsed() throws IOException {
    SentencePieceFixture broken = new SentencePieceFixture().pieces(0, "<unk>", "<s>", "</s>");
    write(XLM, broken.normalizer(out -> out.writeByteArray(2, new byte[] {9, 0, 0, 0})).content());
    assertThatThrownBy(() -> ids("a"))
        .isInstanceOf(TokenizerException.class)
        .hasMessage("the trie of precompiled_charsmap has 9 bytes, the map 4 (" + directory + ")");
  }

  @Test
  void theUnknownPieceIsOneOfThem() throws IOException {
    write("config.json", "{\"model_type\": \"deberta-v2\"}");
    SentencePieceFixture model = new SentencePieceFixture().pieces(-1, "[PAD]", "[CLS]", "[UNK]");
    write("spm.model", model.trainer(out -> out.writeInt32(40, 3)).content());
    assertRefused("the unknown piece has the id 3, and there are 3 pieces (spm.model)");
    write("spm.model", model.trainer(out -> out.writeInt32(40, -1)).content());
    assertRefused("the unknown piece has the id -1, and there are 3 pieces (spm.model)");
    write("config.json", "{\"model_type\": \"albert\"}");
    write("spiece.model", new SentencePieceFixture().table().pieces(0, "a").content());
    assertRefused("the unknown piece has the id 1, and there are 1 pieces (spiece.model)");
  }

  @Test
  void extraIdsAreThoseOfTheModelOrBehindIt() throws IOException {
    write("config.json", "{\"model_type\": \"t5\"}");
    SentencePieceFixture model =
        new SentencePieceFixture()
            .table()
            .pieces(0, "<pad>", "</s>", "<unk>")
            .pieces(-1, "\u2581a");
    write("spiece.model", model.content());
    assertThat(ids("a<extra_id_0>a<extra_id_99>")).containsExactly(3, 103, 3, 4, 1);
    write("tokenizer_config.json", "{\"extra_ids\": 2}");
    assertThat(ids("a<extra_id_0>a<extra_id_1>")).containsExactly(3, 5, 3, 4, 1);
    write("tokenizer_config.json", "{\"extra_ids\": 65537}");
    assertRefused("extra_ids is 65537, supported: at most 65536 (tokenizer_config.json)");
    write("tokenizer_config.json", "{\"extra_ids\": -1}");
    assertRefused(
        "extra_ids is -1, expected a whole number between 0 and 2147483647"
            + " (tokenizer_config.json)");
    write("tokenizer_config.json", "{\"extra_ids\": 2}");
    model.piece("<extra_id_0>", 0, SentencePieceFixture.USER_DEFINED);
    write("spiece.model", model.content());
    assertRefused(
        "extra_ids is 2 and the model has 1 such symbols, expected as many (spiece.model)");
    write("tokenizer_config.json", "{\"extra_ids\": 1}");
    assertThat(ids("a<extra_id_0>")).containsExactly(3, 5, 1);
    write("tokenizer_config.json", "{\"extra_ids\": 0}");
    assertThat(ids("a<extra_id_0>")).containsExactly(3, 4, 1);
  }

  @ParameterizedTest
  @CsvSource({
    "marian, source.spm",
    "umt5, spiece.model",
    "llama, tokenizer.model",
    "xlnet, spiece.model",
    "t5, sentencepiece.bpe.model",
    "xlm-roberta, spm.model"
  })
  void filesOfOtherClassesDoNotDo(String type, String file) throws IOException {
    Files.delete(directory.resolve(XLM));
    write("config.json", "{\"model_type\": \"" + type + "\"}");
    write(file, fairseq());
    assertThat(older().vocabulary()).isEmpty();
    assertThatThrownBy(() -> older().document())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("; of what is there, " + file + " do not do. To make it:");
  }

  @Test
  void aModelOfAnotherKindIsRefused() throws IOException {
    write(
        XLM,
        new SentencePieceFixture()
            .table()
            .pieces(0, "<unk>", "<s>", "</s>", "a")
            .trainer(out -> out.writeEnum(3, SentencePieceFixture.BPE))
            .content());
    assertRefused("trainer_spec.model_type is BPE, supported: UNIGRAM (sentencepiece.bpe.model)");
  }

  /**
   * Of ways to split a text that are equally probable, transformers takes the one with the longer
   * pieces behind. Other than with the floats themselves the sums of these scores do not tie.
   */
  @Test
  void equallyProbableWaysStayEquallyProbable() throws IOException {
    write("config.json", "{\"model_type\": \"deberta-v2\"}");
    write(
        "spm.model",
        new SentencePieceFixture()
            .pieces(0, "[PAD]", "[CLS]", "[SEP]", "[UNK]")
            .pieces(-14.3909, "\u2581")
            .pieces(-15.1331, "a")
            .pieces(-12.7796, "aa")
            .content());
    assertThat(ids("aaaaa")).containsExactly(1, 4, 5, 6, 6, 2);
  }

  private static byte[] fairseq() {
    return new SentencePieceFixture()
        .table()
        .piece("<unk>", 0, 2)
        .piece("<s>", 0, SentencePieceFixture.CONTROL)
        .piece("</s>", 0, SentencePieceFixture.CONTROL)
        .pieces(-1, "\u2581the", "\u2581river", "\u2581")
        .content();
  }

  private int[] ids(String text) {
    try (TextTokenizer tokenizer =
        TextTokenizer.of(older().document(), directory, TokenizerOptions.NONE)) {
      return tokenizer.tokenize(text, Integer.MAX_VALUE).ids();
    }
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> older().document())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(message);
  }

  private OlderTokenizer older() {
    CheckpointDirectory files = CheckpointDirectory.open(directory);
    return new OlderTokenizer(files, ConfigFile.read(files), TokenizerConfig.read(files));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  private void write(String name, byte[] content) throws IOException {
    Files.write(directory.resolve(name), content);
  }
}
