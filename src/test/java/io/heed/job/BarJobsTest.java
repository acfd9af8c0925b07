package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.architecture.ModelCheckpoint;
import io.heed.discretize.DiscretizeJob;
import io.heed.generate.GenerateJob;
import io.heed.job.JobHarness.Ended;
import io.heed.score.ScoreJob;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarFeature;
import io.heed.series.BarSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jobs/score} and {@code jobs/generate} on price bars. */
class BarJobsTest {
  private static final Path BARS = EmbedSandbox.SAMPLE_DATA.resolve("bars.jsonl");
  private static final Path MODEL = EmbedSandbox.SAMPLE_DATA.resolve("bars-gpt");

  private static BarDiscretizer discretizer;

  @TempDir Path directory;

  @BeforeAll
  static void readDiscretizer() {
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(MODEL)) {
      discretizer = checkpoint.barDiscretizer().orElseThrow();
    }
  }

  private Ended run(Job job, Path model, Path input, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--input", input.toString(), "--output", output().toString(), "--overwrite"));
    if (model != null) {
      arguments.addAll(List.of("--model", model.toString()));
    }
    arguments.addAll(Arrays.asList(options));
    LocalSpark.twoCores();
    return JobHarness.run(job, arguments.toArray(String[]::new));
  }

  private List<Row> rows(Job job, Path model, Path input, String... options) {
    Ended ended = run(job, model, input, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return LocalSpark.twoCores().read().parquet(output().toString()).orderBy("id").collectAsList();
  }

  private Path output() {
    return directory.resolve("out");
  }

  private Path firstRows(int count) throws IOException {
    List<String> lines = Files.readAllLines(BARS).subList(0, count);
    return Files.write(directory.resolve("first.jsonl"), lines);
  }

  /** The rows of a table of bars with their token ids, by the job that fits them. */
  private Path withTokens(Path bars) {
    Ended ended = run(new DiscretizeJob(), null, bars, "--series-column", "bars", "--bins", "32");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    Path copy = directory.resolve("tokens.parquet");
    LocalSpark.twoCores().read().parquet(output().toString()).write().parquet(copy.toString());
    return copy;
  }

  private static double[][] bars(List<Row> structs) {
    return structs.stream()
        .map(
            bar ->
                Stream.of(BarFeature.values())
                    .mapToDouble(feature -> bar.<Number>getAs(feature.label()).doubleValue())
                    .toArray())
        .toArray(double[][]::new);
  }

  @Test
  void bars_score_as_their_tokens() {
    String[] options = {"--token-log-probabilities", "--top-k", "3"};
    List<Row> ofTokens =
        rows(
            new ScoreJob(), MODEL, withTokens(BARS), with(options, "--tokens-column", "token_ids"));
    List<Row> ofBars = rows(new ScoreJob(), MODEL, BARS, with(options, "--series-column", "bars"));
    assertThat(ofBars).isEqualTo(ofTokens).hasSize(60);
    assertThat(ofBars.get(0).<Integer>getAs("token_count") % 5).isZero();
  }

  private static String[] with(String[] options, String... more) {
    return Stream.of(options, more).flatMap(Stream::of).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1.5"})
  void generated_bars_follow_the_last_bar(String temperature) throws IOException {
    Path input = firstRows(12);
    String[] options = {
      "--series-column", "bars", "--max-new-tokens", "43", "--temperature", temperature
    };
    List<Row> generated = rows(new GenerateJob(), MODEL, input, options);
    assertThat(generated).hasSize(12);
    List<Row> prompts =
        LocalSpark.twoCores().read().json(input.toString()).orderBy("id").collectAsList();
    assertThat(generated.get(0).schema().fieldNames())
        .containsExactly("id", "generated_ids", "generated_bars", "finish_reason");
    for (int r = 0; r < 12; r++) {
      Row row = generated.get(r);
      List<Integer> ids = row.getList(row.fieldIndex("generated_ids"));
      assertThat(ids).hasSize(43);
      assertThat(row.<String>getAs("finish_reason")).isEqualTo("length");
      for (int i = 0; i < ids.size(); i++) {
        assertThat(ids.get(i) / 32).as("token %d", i).isEqualTo(i % 5);
      }
      double[][] prompt = bars(prompts.get(r).getList(prompts.get(r).fieldIndex("bars")));
      double[][] following = bars(row.getList(row.fieldIndex("generated_bars")));
      assertThat(following).hasDimensions(8, 5);
      BarSeries before = BarSeries.of(prompt).value();
      double[][] expected =
          discretizer
              .bars(before.reference(), ids.stream().mapToInt(Integer::intValue).toArray())
              .stream()
              .map(bar -> Stream.of(BarFeature.values()).mapToDouble(bar::value).toArray())
              .toArray(double[][]::new);
      assertThat(following).isDeepEqualTo(expected);
      // They are bars again, with which the row can be scored and continued further.
      double[][] all = Stream.of(prompt, following).flatMap(Stream::of).toArray(double[][]::new);
      assertThat(BarSeries.of(all).value().tokens()).isEqualTo(before.tokens() + 40);
    }
    assertThat(rows(new GenerateJob(), MODEL, input, with(options, "--partitions", "5")))
        .extracting(row -> row.getList(row.fieldIndex("generated_bars")))
        .isEqualTo(
            generated.stream().map(row -> row.getList(row.fieldIndex("generated_bars"))).toList());
  }

  @Test
  void rows_that_are_no_bars_are_rejected() throws IOException {
    Path input =
        Files.writeString(
            directory.resolve("bad.jsonl"),
            Files.readAllLines(BARS).get(0)
                + "\n{\"id\": \"a\", \"bars\": null}\n{\"id\": \"b\", \"bars\": []}\n");
    List<Row> good =
        rows(
            new GenerateJob(),
            MODEL,
            input,
            "--series-column",
            "bars",
            "--max-new-tokens",
            "5",
            "--max-rejected-fraction",
            "1");
    assertThat(good).hasSize(1);
    Dataset<Row> rejected =
        LocalSpark.twoCores().read().parquet(output().resolve("_heed/rejected").toString());
    assertThat(rejected.orderBy("id").select(functions.col("reason")).collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("null_series", "too_few_bars");
  }

  @Test
  void a_model_without_a_discretizer_is_refused() {
    Path text = EmbedSandbox.SAMPLE_DATA.resolve("gpt");
    for (Job job : List.of(new ScoreJob(), new GenerateJob())) {
      EmbedSandbox.assertTold(
          run(job, text, BARS, "--series-column", "bars"),
          ExitCode.BAD_CHECKPOINT,
          "there is no discretizer.json in %s, which makes token ids of bars; jobs/discretize fits one"
              .formatted(text));
    }
  }

  @Test
  void options_that_exclude_each_other_are_refused() {
    for (Job job : List.of(new ScoreJob(), new GenerateJob())) {
      for (String other : List.of("--text-column", "--tokens-column")) {
        EmbedSandbox.assertTold(
            run(job, MODEL, BARS, "--series-column", "bars", other, "x"),
            ExitCode.BAD_ARGUMENTS_OR_INPUT,
            other + " and --series-column exclude each other");
      }
    }
    Ended ended = run(new GenerateJob(), MODEL, BARS, "--series-column", "bars", "--stop", "x");
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
  }
}
