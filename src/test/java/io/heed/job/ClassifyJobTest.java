package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.LocalSpark;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.classify.ClassifyJob;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classes of texts, pairs of them and token ids. */
class ClassifyJobTest {
  private static final Path GOLDENS =
      Path.of("src/test/resources/goldens/classifiers").toAbsolutePath();
  private static final String TOPICS = EmbedSandbox.SAMPLE_DATA.resolve("topics").toString();
  private static final String BROKEN = "bert.embeddings.word_embeddings.weight";

  @TempDir private Path directory;

  @BeforeEach
  void startSpark() {
    LocalSpark.twoCores();
  }

  private Path write(String content) throws IOException {
    return Files.writeString(directory.resolve("in.jsonl"), content);
  }

  private Path output() {
    return directory.resolve("out");
  }

  private Ended run(Path input, String model, String... options) {
    Stream<String> given =
        Stream.of("--input", input, "--model", model, "--output", output(), "--overwrite")
            .map(String::valueOf);
    return JobHarness.run(
        new ClassifyJob(), Stream.concat(given, Stream.of(options)).toArray(String[]::new));
  }

  private List<Row> rows(Path input, String model, String... options) {
    Ended ended = run(input, model, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return LocalSpark.twoCores().read().parquet(output().toString()).orderBy("id").collectAsList();
  }

  /** Softmax of several classes; each alone where several may be right, or there is only one. */
  @ParameterizedTest
  @CsvSource({
    "bert-seqcls, softmax",
    "bert-multilabel, sigmoid",
    "bert-crossencoder, sigmoid",
    "deberta-v3-seqcls, softmax"
  })
  void scoresAreThoseOfTransformers(String name, String scores) throws IOException {
    Path folder = GOLDENS.resolve(name);
    JsonNode golden = new ObjectMapper().readTree(folder.resolve("golden.json").toFile());
    boolean typed = golden.get("rows").get(0).has("token_type_ids");
    StringBuilder lines = new StringBuilder();
    int id = 0;
    for (JsonNode row : golden.get("rows")) {
      lines.append(
          "{\"id\": %d, \"tokens\": %s, \"types\": %s}\n"
              .formatted(id++, row.get("input_ids"), row.get("token_type_ids")));
    }
    List<String> options = new ArrayList<>(List.of("--tokens-column", "tokens", "--logits"));
    if (typed) {
      options.addAll(List.of("--token-types-column", "types"));
    }
    List<Row> rows =
        rows(write(lines.toString()), folder.toString(), options.toArray(String[]::new));
    assertThat(rows).hasSize(golden.get("rows").size());
    for (Row row : rows) {
      int number = (int) row.<Long>getAs("id").longValue();
      JsonNode expected = golden.get("outputs").get(scores).get(number);
      JsonNode logits = golden.get("outputs").get("logits").get(number);
      List<Row> all = row.getList(row.fieldIndex("scores"));
      List<Float> found = row.getList(row.fieldIndex("logits"));
      int best = 0;
      for (int c = 0; c < expected.size(); c++) {
        assertThat(all.get(c).getString(0)).isEqualTo("LABEL_" + c);
        assertThat((double) all.get(c).getFloat(1))
            .isCloseTo(expected.get(c).doubleValue(), within(2e-5));
        assertThat((double) found.get(c)).isCloseTo(logits.get(c).doubleValue(), within(2e-5));
        best = expected.get(c).doubleValue() > expected.get(best).doubleValue() ? c : best;
      }
      assertThat(row.<String>getAs("label")).isEqualTo("LABEL_" + best);
      assertThat(row.<Float>getAs("score")).isEqualTo(all.get(best).getFloat(1));
    }
  }

  @Test
  void numbersStayAsTheyAre() throws IOException {
    Path model = directory.resolve("regression");
    CheckpointCopy.of(GOLDENS.resolve("bert-crossencoder"), model)
        .config(config -> config.put("problem_type", "regression"));
    Row row =
        rows(
                write("{\"id\": 1, \"tokens\": [5, 6]}\n"),
                model.toString(),
                "--tokens-column",
                "tokens",
                "--logits")
            .get(0);
    assertThat(row.<Float>getAs("score")).isEqualTo(row.<Float>getList(6).get(0));
  }

  @Test
  void aPairIsNeitherOfItsTextsNorThePairTurned() throws IOException {
    Path input =
        write(
            """
            {"id": 1, "text": "Rain.", "other": "The bus was late."}
            {"id": 2, "text": "The bus was late.", "other": "Rain."}
            {"id": 3, "text": "Rain.", "other": ""}
            {"id": 4, "text": "Rain.", "other": null}
            """);
    String[] pairs = {"--pair-column", "other", "--max-rejected-fraction", "0.5"};
    List<Row> rows = rows(input, TOPICS, pairs);
    assertThat(rows).extracting(row -> row.<Long>getAs("id")).containsExactly(1L, 2L, 3L);
    assertThat(rows).extracting(row -> row.<Float>getAs("score")).doesNotHaveDuplicates();
    int alone = rows(input, TOPICS).get(0).getAs("token_count");
    assertThat(rows.get(2).<Integer>getAs("token_count")).isEqualTo(alone + 1);
    rows(input, TOPICS, pairs);
    List<Row> rejected =
        LocalSpark.twoCores().read().parquet(output() + "/_heed/rejected").collectAsList();
    assertThat(rejected)
        .extracting(row -> row.getLong(0) + " " + row.getString(1) + ": " + row.getString(2))
        .containsExactly("4 null_text: the second text of the pair is null");
  }

  @Test
  void theLongerTextOfAPairIsCutOrTheSecond() throws IOException {
    Path input =
        write("{\"id\": 1, \"text\": \"%s\", \"other\": \"a b c d\"}\n".formatted("x ".repeat(30)));
    List<Row> longest = rows(input, TOPICS, "--pair-column", "other", "--max-length", "16");
    assertThat(longest.get(0).<Integer>getAs("token_count")).isEqualTo(16);
    assertThat(longest.get(0).<Boolean>getAs("truncated")).isTrue();
    Ended second =
        run(
            input,
            TOPICS,
            "--pair-column",
            "other",
            "--max-length",
            "16",
            "--truncate-side",
            "second");
    assertThat(second.exit()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
  }

  /** As transformers, whose tokenizers give what their configuration names. */
  @Test
  void aTokenizerThatNamesNoTypesGivesNone() throws IOException {
    Path model = directory.resolve("untyped");
    CheckpointCopy.of(Path.of(TOPICS), model)
        .with("tokenizer_config.json", "{\"model_input_names\": [\"input_ids\"]}");
    Path input = write("{\"id\": 1, \"text\": \"Rain.\", \"other\": \"The bus was late.\"}\n");
    float untyped = rows(input, model.toString(), "--pair-column", "other").get(0).getAs("score");
    float typed = rows(input, TOPICS, "--pair-column", "other").get(0).getAs("score");
    assertThat(untyped).isNotEqualTo(typed);
  }

  @Test
  void aLogitThatIsNotFiniteIsNoResult() throws IOException {
    Path model = directory.resolve("broken");
    CheckpointCopy.of(GOLDENS.resolve("bert-seqcls"), model).row(BROKEN, 7, 3e38f);
    Path input = write("{\"id\": 1, \"tokens\": [2, 7]}\n{\"id\": 2, \"tokens\": [2, 6]}\n");
    List<Row> rows =
        rows(
            input, model.toString(), "--tokens-column", "tokens", "--max-rejected-fraction", "0.5");
    assertThat(rows).extracting(row -> row.<Long>getAs("id")).containsExactly(2L);
    assertThat(LocalSpark.twoCores().read().parquet(output() + "/_heed/rejected").collectAsList())
        .extracting(row -> row.getString(1) + ": " + row.getString(2))
        .containsExactly("non_finite: a logit is not finite");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sample-data/checkpoint | --max-length 9 | BAD_CHECKPOINT | there is no tensor",
        "sample-data/gpt | --max-length 9 | BAD_CHECKPOINT | classifiers of model_type gpt2 are not supported",
        "sample-data/topics | --truncate-side second | BAD_ARGUMENTS_OR_INPUT | --truncate-side says which text of a pair is"
            + " cut, so it needs --pair-column",
        "sample-data/topics | --pair-column a --tokens-column b | BAD_ARGUMENTS_OR_INPUT |"
            + " --tokens-column and --pair-column exclude each other",
        "src/test/resources/goldens/classifiers/distilbert-seqcls |"
            + " --tokens-column a --token-types-column b | BAD_ARGUMENTS_OR_INPUT |"
            + " --token-types-column: the model has no token types (model_type distilbert,"
            + " config.json)",
        "sample-data/topics | --pair-column text --max-length 2 | BAD_ARGUMENTS_OR_INPUT |"
            + " --max-length 2 has no room for the 3 special tokens of the tokenizer",
      })
  void whatCannotBeIsRefused(String model, String options, ExitCode exit, String message)
      throws IOException {
    Path input = write("{\"id\": 1, \"text\": \"a\"}\n");
    Ended ended = run(input, Path.of(model).toAbsolutePath().toString(), options.split(" "));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    assertThat(ended.err()).contains("heed: " + message);
    assertThat(output()).doesNotExist();
  }
}
