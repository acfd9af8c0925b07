package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.LocalSpark;
import io.heed.checkpoint.ByteLevelFixture;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.embed.EmbedJob;
import io.heed.generate.GenerateJob;
import io.heed.job.JobHarness.Ended;
import io.heed.oracle.GptOracle;
import io.heed.oracle.GptOracle.Choice;
import io.heed.score.ScoreJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jobs/score} and {@code jobs/generate} on small tables. */
class DecoderJobsTest {
  private static final int VOCABULARY = 300;
  private static final int POSITIONS = 96;

  /** Largest difference of a log-probability from float64: that of two logits. */
  private static final double TOLERANCE = 4e-5;

  @TempDir static Path shared;
  @TempDir Path directory;

  private static Path model;
  private static Path input;
  private static TokenRows rows;

  @BeforeAll
  static void write() throws IOException {
    model =
        GptCheckpointFixture.of(Form.GPT2, 2, 64, 4, VOCABULARY, 17)
            .withMaxPositionEmbeddings(POSITIONS)
            .write(shared.resolve("gpt"));
    rows =
        TokenRows.of(VOCABULARY, 5, IntStream.range(0, 60).map(row -> 1 + row * 7 % 60).toArray());
    input = rows.write(shared.resolve("rows.jsonl"));
  }

  private Ended run(Job job, Path from, String... options) {
    return run(job, model, from, options);
  }

  private Ended run(Job job, Path checkpoint, Path from, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--input",
                from.toString(),
                "--output",
                output().toString(),
                "--overwrite",
                "--model",
                checkpoint.toString()));
    arguments.addAll(Arrays.asList(options));
    LocalSpark.twoCores();
    return JobHarness.run(job, arguments.toArray(String[]::new));
  }

  private List<Row> rows(Job job, Path from, String... options) {
    return rows(job, model, from, options);
  }

  private List<Row> rows(Job job, Path checkpoint, Path from, String... options) {
    Ended ended = run(job, checkpoint, from, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return LocalSpark.twoCores().read().parquet(output().toString()).orderBy("id").collectAsList();
  }

  private Path output() {
    return directory.resolve("out");
  }

  private List<Row> rejected() {
    return LocalSpark.twoCores()
        .read()
        .parquet(output().resolve("_heed/rejected").toString())
        .orderBy("source", "position")
        .collectAsList();
  }

  private Path write(String... lines) throws IOException {
    return Files.writeString(directory.resolve("in.jsonl"), String.join("\n", lines) + "\n");
  }

  @Test
  void scoresAgreeWithFloat64() throws IOException {
    GptOracle oracle = GptOracle.load(model);
    List<Row> scored =
        rows(
            new ScoreJob(),
            input,
            "--tokens-column",
            "tokens",
            "--token-log-probabilities",
            "--top-k",
            "4");
    assertThat(scored).hasSize(60);
    assertThat(scored.get(0).schema().fieldNames())
        .containsExactly(
            "id",
            "token_count",
            "log_likelihood",
            "perplexity",
            "token_log_probabilities",
            "next_tokens");
    for (Row row : scored) {
      int[] ids = rows.rows().get(row.<String>getAs("id"));
      double[] expected = oracle.logProbabilities(ids);
      double sum = Arrays.stream(expected).sum();
      assertThat(row.<Integer>getAs("token_count")).isEqualTo(ids.length);
      assertThat(row.<Double>getAs("log_likelihood"))
          .isCloseTo(sum, within(TOLERANCE * ids.length));
      List<Float> each = row.getList(row.fieldIndex("token_log_probabilities"));
      assertThat(each).hasSize(ids.length - 1);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) each.get(i)).isCloseTo(expected[i], within(TOLERANCE));
      }
      if (ids.length == 1) {
        assertThat(row.isNullAt(row.fieldIndex("perplexity"))).isTrue();
      } else {
        assertThat(row.<Double>getAs("perplexity"))
            .isCloseTo(Math.exp(-sum / (ids.length - 1)), within(0.01));
      }
      List<Row> next = row.getList(row.fieldIndex("next_tokens"));
      assertThat(next).hasSize(4);
      Choice[] choices = oracle.choices(ids);
      assertThat(next.get(0).getInt(0)).isEqualTo(choices[ids.length - 1].token());
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 64", "3, 100000"})
  void scoresHaveTheSameBitsWhereverTheyAreComputed(int partitions, int batchTokens)
      throws IOException {
    String[] tokens = {"--tokens-column", "tokens", "--token-log-probabilities", "--top-k", "3"};
    List<Row> expected = rows(new ScoreJob(), input, tokens);
    List<String> options = new ArrayList<>(List.of(tokens));
    options.addAll(List.of("--partitions", "" + partitions, "--batch-tokens", "" + batchTokens));
    Path shuffled = rows.shuffled(3).write(directory.resolve("shuffled.jsonl"));
    assertThat(rows(new ScoreJob(), shuffled, options.toArray(String[]::new))).isEqualTo(expected);
    options.addAll(List.of("--kernel", "reference"));
    assertThat(rows(new ScoreJob(), input, options.toArray(String[]::new))).isEqualTo(expected);
  }

  @Test
  void longRowsAreScoredInWindows() throws IOException {
    TokenRows longRows = TokenRows.of(VOCABULARY, 8, POSITIONS, POSITIONS + 1, 250);
    Path file = longRows.write(directory.resolve("long.jsonl"));
    GptOracle oracle = GptOracle.load(model);
    List<Row> scored = rows(new ScoreJob(), file, "--tokens-column", "tokens", "--stride", "40");
    int[] ids = longRows.rows().get("r2");
    double expected = Arrays.stream(oracle.logProbabilities(Arrays.copyOf(ids, POSITIONS))).sum();
    for (int from = 40, end = POSITIONS; end < ids.length; from += 40) {
      int to = Math.min(ids.length, from + POSITIONS);
      double[] window = oracle.logProbabilities(Arrays.copyOfRange(ids, from, to));
      for (int t = end; t < to; t++) {
        expected += window[t - from - 1];
      }
      end = to;
    }
    assertThat(scored.get(2).<Double>getAs("log_likelihood"))
        .isCloseTo(expected, within(TOLERANCE * ids.length));
    assertThat(scored.get(2).<Integer>getAs("token_count")).isEqualTo(250);
  }

  @Test
  void continuesAsFloat64Does() throws IOException {
    GptOracle oracle = GptOracle.load(model);
    List<Row> continued =
        rows(new GenerateJob(), input, "--tokens-column", "tokens", "--max-new-tokens", "20");
    assertThat(continued).hasSize(60);
    assertThat(continued.get(0).schema().fieldNames())
        .containsExactly("id", "generated_ids", "finish_reason");
    for (Row row : continued) {
      int[] prompt = rows.rows().get(row.<String>getAs("id"));
      int[] generated = row.<Integer>getList(1).stream().mapToInt(Integer::intValue).toArray();
      assertThat(generated).hasSize(20);
      assertThat(row.getString(2)).isEqualTo("length");
      int[] all = Arrays.copyOf(prompt, prompt.length + generated.length);
      System.arraycopy(generated, 0, all, prompt.length, generated.length);
      Choice[] choices = oracle.choices(all);
      for (int t = prompt.length; t < all.length; t++) {
        if (choices[t - 1].margin() > TOLERANCE) {
          assertThat(all[t]).isEqualTo(choices[t - 1].token());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 64, 1m, simd", "5, 1, 1m, simd", "3, 7, 150k, simd", "2, 1024, 256m, reference"})
  void drawsAreTheSameWhereverTheyAreMade(
      int partitions, int batchTokens, String cacheMemory, String kernel) throws IOException {
    String[] drawn = {
      "--tokens-column",
      "tokens",
      "--max-new-tokens",
      "12",
      "--temperature",
      "0.8",
      "--top-k",
      "50",
      "--top-p",
      "0.9",
      "--seed",
      "11"
    };
    List<Row> expected = rows(new GenerateJob(), input, drawn);
    List<String> options = new ArrayList<>(List.of(drawn));
    options.addAll(
        List.of(
            "--partitions",
            "" + partitions,
            "--batch-tokens",
            "" + batchTokens,
            "--cache-memory",
            cacheMemory,
            "--kernel",
            kernel));
    Path shuffled = rows.shuffled(4).write(directory.resolve("shuffled.jsonl"));
    assertThat(rows(new GenerateJob(), shuffled, options.toArray(String[]::new)))
        .isEqualTo(expected);
    drawn[drawn.length - 1] = "12";
    assertThat(rows(new GenerateJob(), input, drawn)).isNotEqualTo(expected);
    drawn[drawn.length - 1] = "" + (11 + (1L << 32));
    assertThat(rows(new GenerateJob(), input, drawn)).isNotEqualTo(expected);
  }

  @Test
  void rowsThatCannotBeContinuedAreRejectedAndOthersAreNot() throws IOException {
    String full = Arrays.toString(new int[POSITIONS]);
    Path file =
        write(
            "{\"id\": 1, \"tokens\": [1, 2, 3]}",
            "{\"id\": 2, \"tokens\": []}",
            "{\"id\": 3, \"tokens\": null}",
            "{\"id\": 4, \"tokens\": %s}".formatted(full),
            "{\"id\": 5, \"tokens\": [300]}",
            "{\"id\": 6, \"tokens\": %s}".formatted(Arrays.toString(new int[80])),
            "{\"id\": 7, \"tokens\": [4]}");
    // 2 layers of 4 heads of width 16 take 1,536 bytes a token with the room that panels need.
    List<Row> continued =
        rows(
            new GenerateJob(),
            file,
            "--tokens-column",
            "tokens",
            "--max-new-tokens",
            "10",
            "--cache-memory",
            "100k",
            "--max-rejected-fraction",
            "1");
    assertThat(continued).extracting(row -> row.getLong(0)).containsExactly(1L, 7L);
    assertThat(rejected())
        .extracting(row -> row.<String>getAs("reason"))
        .containsExactly(
            "empty_tokens", "null_tokens", "too_long", "token_out_of_vocabulary", "too_long");
    assertThat(rejected().get(2).<String>getAs("message"))
        .isEqualTo(
            "a prompt of 96 tokens leaves no room for another among the 96 positions of the model");
    assertThat(rejected().get(4).<String>getAs("message"))
        .isEqualTo(
            "a prompt of 80 tokens and its continuation take 89 places of the key/value cache,"
                + " which has 64");
  }

  @Test
  void textsAreContinuedUntilTheyStop() throws IOException {
    Path textModel =
        GptCheckpointFixture.of(Form.GPT2, 2, 48, 3, ByteLevelFixture.english().size(), 2)
            .withTokenizer(ByteLevelFixture.english())
            .write(directory.resolve("text-model"));
    Path file = write("{\"id\": 1, \"text\": \"the tea\"}", "{\"id\": 2, \"text\": \"ünï\"}");
    List<Row> free = rows(new GenerateJob(), textModel, file, "--max-new-tokens", "30");
    String text = free.get(0).getAs("text");
    assertThat(free.get(0).schema().fieldNames())
        .containsExactly("id", "generated_ids", "text", "finish_reason");
    String stop = text.substring(6, 9);
    Row stopped =
        rows(new GenerateJob(), textModel, file, "--max-new-tokens", "30", "--stop", stop).get(0);
    assertThat(stopped.<String>getAs("text")).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(stopped.<String>getAs("finish_reason")).isEqualTo("stop");
    assertThat(stopped.getList(1).size()).isLessThan(free.get(0).getList(1).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--temperature -1|--temperature: '-1' is not 0 or a number from 0.01 to 1000",
        "--temperature 1 --top-p 0|--top-p: '0' is not a number above 0 and at most 1",
        "--temperature 1 --top-k 0|--top-k: '0' is not in range; expected a whole number from 1 to"
            + " 2147483647",
        "--temperature 1 --seed 9223372036854775808|expected a whole number from 0 to"
            + " 9223372036854775807",
        "--top-p 0.5|--top-p is for tokens that are drawn, and with --temperature 0 none is",
        "--max-new-tokens 0|--max-new-tokens: '0' is not in range; expected a whole number from 1 to"
            + " 1048576",
        "--cache-memory 10k|--cache-memory 10k is too small for a row: this model takes",
        "--stop-tokens 300|--stop-tokens 300 is not in 0 to 299, the token ids of the model",
        "--stop END|--stop is a text, and the model has no tokenizer to make texts with"
      })
  void wrongSettingsAreToldBeforeAnythingIsRead(String example) throws IOException {
    String[] parts = example.split("\\|");
    List<String> options = new ArrayList<>(List.of("--tokens-column", "tokens"));
    options.addAll(List.of(parts[0].split(" ")));
    Ended ended = run(new GenerateJob(), input, options.toArray(String[]::new));
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(ended.err()).contains(parts[1]);
    assertThat(output()).doesNotExist();
  }

  @Test
  void aModelOfOnePositionCannotScore() throws IOException {
    Path one =
        GptCheckpointFixture.of(Form.GPT2, 1, 8, 2, VOCABULARY, 3)
            .withMaxPositionEmbeddings(1)
            .write(directory.resolve("one"));
    Ended ended = run(new ScoreJob(), one, input, "--tokens-column", "tokens");
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(ended.err())
        .contains("n_positions 1 is too few: a token is scored by one before it (config.json)");
  }

  @Test
  void anEncoderCannotScore() {
    Ended ended =
        run(new ScoreJob(), Path.of("sample-data/checkpoint"), input, "--tokens-column", "tokens");
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(ended.err()).contains("model_type bert does not fit, a decoder is needed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"last", "mean", "tokens"})
  void decodersEmbed(String pooling) throws IOException {
    List<Row> embedded =
        rows(
            new EmbedJob(),
            input,
            "--tokens-column",
            "tokens",
            "--pooling",
            pooling,
            "--normalize",
            "false");
    GptOracle oracle = GptOracle.load(model);
    for (Row row : embedded.subList(0, 10)) {
      double[][] states = oracle.hiddenStates(rows.rows().get(row.<String>getAs("id")));
      double[] expected = expected(pooling, states);
      List<Float> actual =
          pooling.equals("tokens")
              ? scala.jdk.javaapi.CollectionConverters.asJava(
                  (scala.collection.Seq<Float>) row.getList(1).get(states.length - 1))
              : row.getList(1);
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) actual.get(i)).isCloseTo(expected[i], within(TOLERANCE));
      }
    }
  }

  @Test
  void theFirstTokenOfADecoderTellsNothing() {
    Ended ended = run(new EmbedJob(), input, "--tokens-column", "tokens", "--pooling", "cls");
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(ended.err())
        .contains("--pooling cls takes the first token, which in a decoder (gpt2) sees nothing");
  }

  private static double[] expected(String pooling, double[][] states) {
    if (!pooling.equals("mean")) {
      return states[states.length - 1];
    }
    return IntStream.range(0, states[0].length)
        .mapToDouble(i -> Arrays.stream(states).mapToDouble(state -> state[i]).average().orElse(0))
        .toArray();
  }
}
