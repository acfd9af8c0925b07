package io.heed.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.text.TextTokenizer;
import io.heed.text.TokenizerOptions;
import io.heed.text.TokenizerOptions.Casing;
import io.heed.text.TokenizerOptions.Reading;
import io.heed.text.TokenizerOptions.Side;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pairs of texts, against Hugging Face's tokenizers 0.22.2, which computed {@code golden.json} of
 * {@code goldens/pairs} by the script beside it.
 */
class PairInputTest {
  private static final String BERT = "sample-data/checkpoint";
  private static TextTokenizer bert;

  @BeforeAll
  static void openTokenizer() {
    bert = open(BERT);
  }

  @AfterAll
  static void closeTokenizer() {
    bert.close();
  }

  private static TextTokenizer open(String folder) {
    return TextTokenizer.open(Path.of(folder, "tokenizer.json"));
  }

  private static PairInput input(TextTokenizer tokenizer, int maxLength, PairCut cut) {
    return new PairInput(tokenizer, new PairInput.Rules(maxLength, cut, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {BERT, "src/test/resources/goldens/pairs/roberta"})
  void pairsAreThoseOfHuggingFace(String folder) throws IOException {
    JsonNode golden =
        new ObjectMapper()
            .readTree(Path.of("src/test/resources/goldens/pairs/golden.json").toFile());
    int compared = 0;
    try (TextTokenizer tokenizer = open(folder)) {
      for (JsonNode pair : golden.get("pairs")) {
        if (pair.get("folder").asText().equals(folder)) {
          compare(tokenizer, pair);
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(110);
  }

  private static void compare(TextTokenizer tokenizer, JsonNode pair) {
    int most = pair.get("max").asInt();
    boolean second = pair.get("strategy").asText().equals("only_second");
    Rejectable<RowTokens> found =
        input(tokenizer, most, second ? PairCut.SECOND : PairCut.LONGEST)
            .tokens(pair.get("a").asText(), pair.get("b").asText());
    if (pair.has("error")) {
      assertThat(found.rejection().orElseThrow().reason()).isEqualTo(Reason.TOO_LONG);
      return;
    }
    RowTokens tokens = found.value();
    assertThat(tokens.ids()).as(pair.toString()).isEqualTo(ints(pair.get("ids")));
    assertThat(tokens.types().orElseThrow()).isEqualTo(ints(pair.get("types")));
    assertThat(tokens.truncated()).isEqualTo(pair.get("truncated").asBoolean());
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).intValue()).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "3, 4, 9, 3, 4",
    "3, 9, 8, 3, 5",
    "9, 3, 8, 5, 3",
    "9, 9, 7, 3, 4",
    "9, 2, 1, 1, 0",
    "5, 5, 0, 0, 0"
  })
  void theLongerTextIsCutFirst(int first, int second, int room, int keptFirst, int keptSecond) {
    assertThat(PairCut.LONGEST.kept(first, second, room)).containsExactly(keptFirst, keptSecond);
  }

  @Test
  void longTextsAreReadAsFarAsTheyAreKept() {
    String words = "the wind came up over the harbour ";
    PairInput input = input(bert, 64, PairCut.LONGEST);
    RowTokens all = input.tokens(words.repeat(30), words.repeat(40)).value();
    assertThat(input.tokens(words.repeat(30_000), words.repeat(40_000)).value().ids())
        .isEqualTo(all.ids());
    assertThat(all.truncated()).isTrue();
  }

  @Test
  void aTokenizerThatCutsAtTheLeftKeepsTheEnds() {
    TokenizerOptions left =
        new TokenizerOptions(
            Casing.AS_WRITTEN, Optional.of(Side.LEFT), Reading.WITH_SPECIAL_TOKENS, Map.of());
    try (TextTokenizer tokenizer = TextTokenizer.open(Path.of(BERT, "tokenizer.json"), left)) {
      int[] first = tokenizer.plainTokens("the wind came up", 99).ids();
      int[] second = tokenizer.plainTokens("and the boats turned", 99).ids();
      int[] ids =
          input(tokenizer, 7, PairCut.LONGEST)
              .tokens("the wind came up", "and the boats turned")
              .value()
              .ids();
      assertThat(ids[1]).isEqualTo(first[first.length - 2]);
      assertThat(ids[2]).isEqualTo(first[first.length - 1]);
      assertThat(ids[4]).isEqualTo(second[second.length - 2]);
      assertThat(ids[5]).isEqualTo(second[second.length - 1]);
    }
  }

  /** What is remembered of the row before is that of the same text alone. */
  @Test
  void rowsDoNotDependOnThoseBefore() {
    PairInput input = input(bert, 64, PairCut.LONGEST);
    int[] once = input.tokens("the wind", "a").value().ids();
    int[] other = input.tokens("the boats", "a").value().ids();
    assertThat(input.tokens("the boats", "b").value().ids()).startsWith(other[0], other[1]);
    assertThat(input.tokens("the wind", "a").value().ids()).isEqualTo(once).isNotEqualTo(other);
  }

  @Test
  void nullsAreRejected() {
    PairInput input = input(bert, 64, PairCut.LONGEST);
    assertThat(input.tokens(null, "a").rejection().orElseThrow().message())
        .isEqualTo("the first text of the pair is null");
    assertThat(input.tokens("a", null).rejection().orElseThrow().message())
        .isEqualTo("the second text of the pair is null");
  }
}
