package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.LocalSpark;
import io.heed.architecture.ModelCheckpoint;
import io.heed.embed.EmbedJob;
import io.heed.generate.GenerateJob;
import io.heed.job.JobHarness.Ended;
import io.heed.score.ScoreJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jobs/train} on tables of token ids, texts and price bars. */
@Timeout(120)
class TrainJobTest {
  private static final Path SAMPLE_DATA = Path.of("sample-data").toAbsolutePath();
  private static final Path GOLDEN =
      Path.of("src/test/resources/goldens/training/openai-gpt").toAbsolutePath();

  @TempDir static Path shared;
  @TempDir Path directory;

  /** Weights that {@link TrainSandbox#tiny} gives in two tasks. */
  private static String expected;

  private static TrainSandbox first;
  private TrainSandbox sandbox;
  private Path input;
  private SparkSession spark;

  @BeforeAll
  static void trainUndisturbed() {
    LocalSpark.twoCores();
    first = new TrainSandbox(shared);
    first.trained(
        "model",
        first.input(),
        TrainSandbox.tiny("--eval-input", first.heldOut().toString(), "--eval-steps", "4"));
    expected = first.hash("model");
  }

  @BeforeEach
  void startSpark() {
    spark = LocalSpark.twoCores();
    sandbox = new TrainSandbox(directory);
    input = sandbox.input();
  }

  private String[] heldOut(String... more) {
    return TrainSandbox.tiny(
        TrainSandbox.with(
            new String[] {"--eval-input", sandbox.heldOut().toString(), "--eval-steps", "4"},
            more));
  }

  @Test
  void theOutputIsACheckpointWithAReport() throws IOException {
    Path output = first.path("model");
    try (Stream<Path> files = Files.list(output)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "model.safetensors", "_SUCCESS", "_heed");
    }
    for (String name :
        List.of(
            "report.json",
            "steps.csv",
            "recipe.json",
            "plots/loss.png",
            "plots/learning-rate.png")) {
      assertThat(output.resolve("_heed").resolve(name)).isNotEmptyFile();
    }
    assertThat(first.state("model")).doesNotExist();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(output)) {
      checkpoint.check();
      assertThat(checkpoint.spec().vocabulary()).isEqualTo(TrainSandbox.VOCABULARY);
      assertThat(checkpoint.spec().positions()).isEqualTo(TrainSandbox.POSITIONS);
    }
    List<String> steps = Files.readAllLines(output.resolve("_heed/steps.csv"));
    assertThat(steps).hasSize(10);
    JsonNode told = first.told("model");
    assertThat(told.required("steps").intValue()).isEqualTo(8);
    assertThat(told.required("tasks").intValue()).isEqualTo(2);
    assertThat(told.required("corpus_documents").intValue()).isEqualTo(90);
    assertThat(told.required("held_out_documents").intValue()).isEqualTo(40);
    assertThat(told.required("last_loss").doubleValue())
        .isLessThan(told.required("uniform_loss").doubleValue());
  }

  /** Some of these rows are longer than the positions, and are scored in windows. */
  @Test
  void theHeldOutLossIsThatOfScoring() throws IOException {
    double scored =
        first.scored(spark, first.path("model"), first.heldOut(), "--tokens-column", "tokens");
    assertThat(first.told("model").required("held_out_loss").doubleValue())
        .isCloseTo(scored, within(1e-12 * scored));
  }

  /** The first id that is generated is the likeliest of those that are scored. */
  @Test
  void otherJobsReadTheOutput() {
    Path model = first.path("model");
    Path rows = sandbox.write("short.jsonl", TrainSandbox.rows("short", 4, 20));
    String[] tokens = {"--tokens-column", "tokens", "--stride", "8", "--top-k", "1"};
    List<Row> scored = sandbox.served(spark, new ScoreJob(), model, rows, tokens);
    List<Row> continued =
        sandbox.served(
            spark,
            new GenerateJob(),
            model,
            rows,
            "--tokens-column",
            "tokens",
            "--max-new-tokens",
            "2",
            "--max-rejected-fraction",
            "1");
    // Rows that leave the positions no room are rejected.
    assertThat(continued).hasSize(6);
    for (Row row : continued) {
      Row same =
          scored.stream()
              .filter(other -> other.getAs("id").equals(row.getAs("id")))
              .findFirst()
              .orElseThrow();
      assertThat(row.<Integer>getList(row.fieldIndex("generated_ids")).get(0))
          .isEqualTo(same.<Row>getList(same.fieldIndex("next_tokens")).get(0).getInt(0));
    }
    List<Row> embedded =
        sandbox.served(spark, new EmbedJob(), model, rows, "--tokens-column", "tokens");
    assertThat(embedded).hasSize(20);
    for (Row row : embedded) {
      List<Float> vector = row.getList(row.fieldIndex("embedding"));
      assertThat(vector).hasSize(48).allMatch(value -> Float.isFinite(value));
      double square = vector.stream().mapToDouble(value -> value * value).sum();
      assertThat(square).isPositive();
    }
    assertThat(embedded.stream().map(row -> row.getList(row.fieldIndex("embedding"))))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--tasks 1 --checkpoint-steps 3",
        "--tasks 3 --partitions 5",
        "--kernel reference --split-bytes 64k --partitions input"
      })
  void howItIsRunChangesNoBit(String options) {
    sandbox.trained("model", input, heldOut(options.split(" ")));
    assertThat(sandbox.hash("model")).isEqualTo(expected);
  }

  @Test
  void neitherDoOneCoreAndMoreFiles() {
    LocalSpark.with("local[1]", Map.of());
    sandbox.trained("model", sandbox.input(7), heldOut());
    assertThat(sandbox.hash("model")).isEqualTo(expected);
  }

  @Test
  void anotherSeedIsAnotherModel() {
    sandbox.trained("model", input, heldOut("--seed", "1"));
    assertThat(sandbox.hash("model")).isNotEqualTo(expected);
  }

  @Test
  void textsEndWithTheEndOfText() throws IOException {
    Path tokenizer = SAMPLE_DATA.resolve("gpt/tokenizer.json");
    Path texts = SAMPLE_DATA.resolve("sentences.jsonl");
    sandbox.trained(
        "model",
        texts,
        TrainSandbox.eightSteps(
            "--tokenizer", tokenizer.toString(), "--size", "1x48x3", "--positions", "32"));
    assertThat(sandbox.path("model/tokenizer.json")).hasSameBinaryContentAs(tokenizer);
    JsonNode told = sandbox.told("model");
    assertThat(told.required("corpus_documents").intValue()).isBetween(300, 335);
    assertThat(told.required("held_out_loss").doubleValue()).isBetween(4.0, 7.0);
    assertThat(sandbox.scored(spark, sandbox.path("model"), texts)).isBetween(4.0, 7.0);
    String config = Files.readString(sandbox.path("model/config.json"));
    assertThat(config).contains("\"eos_token_id\" : 1023");
  }

  @Test
  void barsAreMadeTokensByTheDiscretizer() throws IOException {
    Path discretizer = SAMPLE_DATA.resolve("bars-gpt/discretizer.json");
    Path bars = SAMPLE_DATA.resolve("bars.jsonl");
    sandbox.trained(
        "model",
        bars,
        TrainSandbox.eightSteps(
            "--series-column",
            "bars",
            "--discretizer",
            discretizer.toString(),
            "--size",
            "1x48x3",
            "--positions",
            "32",
            "--eval-input",
            bars.toString(),
            "--eval-steps",
            "8"));
    assertThat(sandbox.path("model/discretizer.json")).hasSameBinaryContentAs(discretizer);
    double scored = sandbox.scored(spark, sandbox.path("model"), bars, "--series-column", "bars");
    assertThat(sandbox.told("model").required("held_out_loss").doubleValue())
        .isCloseTo(scored, within(1e-12 * scored));
  }

  @Test
  void rowsThatCannotBeUsedAreRejected() throws IOException {
    List<String> lines = new java.util.ArrayList<>(TrainSandbox.rows("row", 1, 90));
    lines.add(3, TrainSandbox.row("null", null));
    lines.add(50, TrainSandbox.row("empty"));
    lines.add(TrainSandbox.row("unknown", 1, TrainSandbox.VOCABULARY));
    lines.add("no object");
    Path bad = sandbox.write("bad.jsonl", lines);
    sandbox.trained("model", bad, heldOut("--max-rejected-fraction", "1"));
    assertThat(sandbox.hash("model")).isEqualTo(expected);
    assertThat(reasons("model/_heed/rejected"))
        .containsExactlyInAnyOrder(
            "null_tokens", "empty_tokens", "token_out_of_vocabulary", "malformed");
    assertThat(sandbox.report("model").required("rowsRejected").intValue()).isEqualTo(4);
    assertThat(sandbox.report("model").required("rowsIn").intValue()).isEqualTo(94);
  }

  private List<String> reasons(String table) {
    return spark.read().parquet(sandbox.path(table).toString()).collectAsList().stream()
        .map(row -> row.<String>getAs("reason"))
        .toList();
  }

  @Test
  void rowsThatAreHeldOutAreRejectedToo() throws IOException {
    List<String> lines = new java.util.ArrayList<>(TrainSandbox.rows("held", 2, 40));
    lines.add(7, TrainSandbox.row("null", null));
    lines.add(TrainSandbox.row("unknown", 1, TrainSandbox.VOCABULARY));
    Path bad = sandbox.write("bad.jsonl", lines);
    String[] options = TrainSandbox.tiny("--eval-input", bad.toString(), "--eval-steps", "4");
    Ended refused =
        sandbox.train(
            "model", input, TrainSandbox.with(options, "--max-rejected-fraction", "0.01"));
    assertThat(refused.exit()).isEqualTo(ExitCode.TOO_MANY_REJECTED);
    sandbox.trained("tolerant", input, options);
    assertThat(sandbox.hash("tolerant")).isEqualTo(expected);
    assertThat(reasons("tolerant/_heed/rejected-eval"))
        .containsExactlyInAnyOrder("null_tokens", "token_out_of_vocabulary");
  }

  @Test
  void withoutAUsableRowThereIsNothingToTrain() {
    Path bad =
        sandbox.write("bad.jsonl", List.of(TrainSandbox.row("one", 1), TrainSandbox.row("two", 2)));
    sandbox.assertRefused(
        "model",
        sandbox.train("model", bad, TrainSandbox.tiny("--eval-fraction", "0")),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "there is nothing to train on: no row that is not held out has two tokens");
  }

  /** Of blocks of two tokens, most have two documents, and so nothing to predict. */
  @Test
  void stepsAndRowsWithoutAnythingToPredictHaveNoLoss() throws IOException {
    List<String> rows = new java.util.ArrayList<>();
    for (int r = 0; r < 20; r++) {
      rows.add(TrainSandbox.row("row-" + r, r));
    }
    rows.add(TrainSandbox.row("two", 1, 2));
    String held = sandbox.write("single.jsonl", rows.subList(0, 3)).toString();
    Ended ended =
        sandbox.trained(
            "model",
            sandbox.write("rows.jsonl", rows),
            TrainSandbox.model("--block-length", "2", "--batch-size", "1", "--eval-input", held));
    List<String> steps = Files.readAllLines(sandbox.path("model/_heed/steps.csv"));
    assertThat(steps).hasSize(13);
    assertThat(steps.stream().skip(2).filter(line -> line.matches("\\d+,,,0\\.0,[^,]+,0")))
        .hasSize(10);
    assertThat(ended.out())
        .contains(" at the end; no held-out row that is evaluated has a second token to predict");
    assertThat(sandbox.told("model").required("skipped_steps").intValue()).isZero();
  }

  @Test
  void trainingGoesOnWithAModel() throws IOException {
    String model = first.path("model").toString();
    String[] options =
        TrainSandbox.eightSteps(
            "--tokens-column",
            "tokens",
            "--model",
            model,
            "--eval-input",
            sandbox.heldOut().toString(),
            "--eval-steps",
            "8");
    sandbox.trained("second", input, options);
    assertThat(sandbox.hash("second")).isNotEqualTo(expected);
    double loss = sandbox.told("second").required("held_out_loss").doubleValue();
    assertThat(loss).isLessThan(first.told("model").required("held_out_loss").doubleValue());
    assertThat(loss)
        .isCloseTo(
            sandbox.scored(
                spark, sandbox.path("second"), sandbox.heldOut(), "--tokens-column", "tokens"),
            within(1e-12));
    assertThat(sandbox.path("second/config.json"))
        .hasSameBinaryContentAs(first.path("model/config.json"));
  }

  /** Its configuration has dropout, which is drawn alike in any number of tasks. */
  @Test
  void trainingGoesOnWithAnOpenAiGpt() throws IOException {
    String[] options =
        TrainSandbox.eightSteps(
            "--tokens-column",
            "tokens",
            "--model",
            GOLDEN.toString(),
            "--eval-input",
            sandbox.heldOut().toString(),
            "--eval-steps",
            "8");
    sandbox.trained("one", input, TrainSandbox.with(options, "--tasks", "1"));
    sandbox.trained("two", input, options);
    assertThat(sandbox.hash("one")).isEqualTo(sandbox.hash("two"));
    double scored =
        sandbox.scored(spark, sandbox.path("two"), sandbox.heldOut(), "--tokens-column", "tokens");
    assertThat(sandbox.told("two").required("held_out_loss").doubleValue())
        .isCloseTo(scored, within(1e-12 * scored));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--gradient-shards 9|--gradient-shards 9 is more than the batch size of 8",
        "--block-length 17|--block-length 17 is more than the 16 positions of the model",
        "--size 2x50x3|--size: '2x50x3' is not LAYERSxWIDTHxHEADS",
        "--size 48x2304x24|--size 48x2304x24 has 3,059,267,328 parameters with 61 token ids and 16",
        "--size 9999x999999x1|--size 9999x999999x1 has 119,",
        "--warmup-steps 9|--warmup-steps 9 is more than the 8 steps in all",
        "--keep-columns id|--keep-columns is not an option",
        "--early-stopping 2 --eval-fraction 0|--early-stopping goes with rows that are held out",
        "--steps 3 --epochs 2|--steps and --epochs exclude each other",
        "--min-learning-rate 0.01|--min-learning-rate 0.01 is more than the highest rate of 0.003",
        "--learning-rate NaN|--learning-rate: 'NaN'",
        "--learning-rate Infinity|--learning-rate: 'Infinity'",
        "--eval-input x --eval-fraction 0.5|--eval-input and --eval-fraction exclude each other"
      })
  void wrongSettingsAreRefused(String example) {
    String[] parts = example.split("\\|");
    String[] given = parts[0].split(" ");
    List<String> tiny = List.of(TrainSandbox.tiny());
    // What is given twice is refused by itself.
    List<String> options = new java.util.ArrayList<>();
    for (int i = 0; i < tiny.size(); i += 2) {
      if (!List.of(given).contains(tiny.get(i))) {
        options.addAll(tiny.subList(i, i + 2));
      }
    }
    options.addAll(List.of(given));
    sandbox.assertRefused(
        "model",
        sandbox.train("model", input, options.toArray(String[]::new)),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        parts[1]);
  }

  @Test
  void aNewModelOfTextsNeedsATokenizer() {
    sandbox.assertRefused(
        "model",
        sandbox.train("model", SAMPLE_DATA.resolve("sentences.jsonl"), TrainSandbox.eightSteps()),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "a new model of texts needs --tokenizer");
  }

  /** What it takes is told before anything is read or written: there is no such table. */
  @Test
  void aModelThatIsTooLargeForTheHeapIsRefused() {
    sandbox.assertRefused(
        "model",
        sandbox.train(
            "model",
            sandbox.path("nothing.jsonl"),
            "--tokens-column",
            "tokens",
            "--size",
            "48x1600x25",
            "--vocabulary",
            "50257",
            "--positions",
            "1024",
            "--tasks",
            "1"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        // 1,557,611,200 parameters: the weights four times, a gradient and its slices.
        "training takes about ",
        " MB a JVM: 24922 MB for the weights, ",
        " MB for each of 1 task, and the heap has ",
        "set spark.executor.memory, or spark.driver.memory of a local run");
    assertThat(sandbox.state("model")).doesNotExist();
  }

  @Test
  void stoppingEarlyNeedsAnEvaluatedRowWithASecondToken() throws IOException {
    List<String> rows = List.of(TrainSandbox.row("one", 1), TrainSandbox.row("two", 1, 2));
    Path heldOut = sandbox.write("held-out.jsonl", rows);
    sandbox.assertRefused(
        "model",
        sandbox.train(
            "model",
            input,
            TrainSandbox.model(
                "--eval-input", heldOut.toString(), "--eval-rows", "1", "--early-stopping", "2")),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--early-stopping 2 has nothing to stop by: no held-out row that is evaluated has a second"
            + " token to predict");
    assertThat(sandbox.state("model")).doesNotExist();
  }

  @Test
  void theBestStepIsTaken() throws IOException {
    Path few = sandbox.write("few.jsonl", TrainSandbox.rows("few", 3, 6));
    Path heldOut = sandbox.write("held-out.jsonl", TrainSandbox.rows("held", 2, 8));
    sandbox.trained(
        "model",
        few,
        TrainSandbox.model(
            "--steps",
            "200",
            "--batch-size",
            "8",
            "--gradient-shards",
            "2",
            "--learning-rate",
            "1e-2",
            "--eval-input",
            heldOut.toString(),
            "--eval-steps",
            "2",
            "--early-stopping",
            "3"));
    JsonNode told = sandbox.told("model");
    List<String> evaluated =
        Files.readAllLines(sandbox.path("model/_heed/steps.csv")).stream()
            .skip(1)
            .filter(line -> !line.split(",", -1)[2].isEmpty())
            .toList();
    String best =
        evaluated.stream()
            .min(java.util.Comparator.comparing(line -> Double.valueOf(line.split(",", -1)[2])))
            .orElseThrow();
    assertThat(told.required("result_step").asText()).isEqualTo(best.split(",")[0]);
    assertThat(told.required("result_step").intValue()).isGreaterThan(0);
    assertThat(evaluated.indexOf(best)).isEqualTo(evaluated.size() - 4);
    assertThat(told.required("steps").intValue())
        .isEqualTo(told.required("result_step").intValue() + 6);
    double scored =
        sandbox.scored(spark, sandbox.path("model"), heldOut, "--tokens-column", "tokens");
    assertThat(told.required("held_out_loss").doubleValue())
        .isCloseTo(scored, within(1e-12 * scored));
  }

  @Test
  void aLossThatIsNotFiniteEndsTraining() throws IOException {
    Ended ended =
        sandbox.train("model", input, TrainSandbox.with(fast(), "--checkpoint-steps", "1"));
    sandbox.assertRefused("model", ended, ExitCode.OTHER, "step ", "with blocks [");
    try (Stream<Path> folders = Files.list(sandbox.state("model"))) {
      assertThat(folders.filter(folder -> Files.exists(folder.resolve("training.json"))))
          .isNotEmpty();
    }
  }

  /** The rate is too high from the second step on. */
  private static String[] fast() {
    return TrainSandbox.model(
        "--steps", "8", "--batch-size", "8", "--learning-rate", "1e30", "--eval-fraction", "0");
  }

  @Test
  void stepsThatAreNotFiniteMayBeLeftOut() throws IOException {
    String[] options = {"--skip-non-finite", "8", "--early-stopping", "0"};
    sandbox.trained("model", input, TrainSandbox.with(fast(), options));
    assertThat(sandbox.told("model").required("skipped_steps").intValue()).isBetween(1, 7);
  }
}
