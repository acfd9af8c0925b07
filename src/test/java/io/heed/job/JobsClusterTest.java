package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.LocalSpark;
import io.heed.attend.AttendJob;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.generate.GenerateJob;
import io.heed.job.JobHarness.Ended;
import io.heed.regress.RegressJob;
import io.heed.score.ScoreJob;
import io.heed.spark.executor.ExecutorJvms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs besides {@code jobs/embed} on a cluster that loses one of two executors. */
class JobsClusterTest {
  private static final int EXECUTORS = 2;
  private static final int WIDTH = 8;
  private static final int HIDDEN = 64;
  private static final int VOCABULARY = 400;

  @TempDir static Path directory;

  private static Case attention;
  private static Case regression;
  private static Case scoring;
  private static Case generation;
  private static SparkSession spark;

  /** A job with what it yields in this JVM alone. */
  private record Case(Job job, int rowsIn, int rejected, String[] options, List<Row> expected) {
    static Case of(Job job, int rowsIn, int rejected, String... options) {
      Path output = directory.resolve("expected-" + job.name());
      List<Row> expected = rows(LocalSpark.twoCores(), job, output, options);
      assertThat(expected).hasSize(rowsIn - rejected);
      return new Case(job, rowsIn, rejected, options, expected);
    }
  }

  @BeforeAll
  static void startCluster() throws IOException {
    attention = attention(new Random(12));
    regression = regression(new Random(13));
    String model =
        GptCheckpointFixture.of(Form.GPT2, 3, 128, 4, VOCABULARY, 14)
            .write(directory.resolve("gpt"))
            .toString();
    scoring = decoding(new ScoreJob(), model, 120, "--token-log-probabilities");
    generation =
        decoding(new GenerateJob(), model, 40, "--max-new-tokens", "90", "--temperature", "1");
    spark =
        LocalSpark.with(
            String.format(Locale.ROOT, "local-cluster[%d,1,1024]", EXECUTORS),
            Map.of("spark.executor.extraClassPath", System.getProperty("java.class.path")));
  }

  @AfterAll
  static void stopCluster() {
    spark.stop();
  }

  @Test
  void attention_to_a_second_table_loses_no_row_and_no_bit() throws IOException {
    assertSameWithoutAnExecutor(attention);
  }

  @Test
  void regression_learns_and_predicts_the_same_bits() throws IOException {
    assertSameWithoutAnExecutor(regression);
  }

  @Test
  void scores_have_the_same_bits() throws IOException {
    assertSameWithoutAnExecutor(scoring);
  }

  @Test
  void continuations_are_the_same_tokens() throws IOException {
    assertSameWithoutAnExecutor(generation);
  }

  private static Case decoding(Job job, String model, int rows, String... options)
      throws IOException {
    int[] lengths = IntStream.range(0, rows).map(row -> row < 2 ? 0 : 5 + row % 40).toArray();
    Path input =
        TokenRows.of(VOCABULARY, 15, lengths).write(directory.resolve(job.name() + ".jsonl"));
    String[] shared = {"--input", input.toString(), "--tokens-column", "tokens", "--model", model};
    return Case.of(
        job, rows, 2, Stream.of(shared, options).flatMap(Stream::of).toArray(String[]::new));
  }

  private static Case attention(Random random) throws IOException {
    int rows = 160;
    SafetensorsWriter weights = new SafetensorsWriter();
    for (String map : List.of("query", "key", "value")) {
      weights.add(map + ".weight", new int[] {HIDDEN, WIDTH}, values(random, HIDDEN * WIDTH));
    }
    weights.add("score.vector", new int[] {HIDDEN}, values(random, HIDDEN));
    String layer = directory.resolve("layer.safetensors").toString();
    weights.write(Path.of(layer));
    String input = sequences("query", rows, random);
    String contexts = sequences("context", rows - 2, random);
    String[] options = {
      "--input", input, "--context-input", contexts, "--weights", layer, "--score", "additive"
    };
    return Case.of(new AttendJob(), rows, 2, options);
  }

  private static Case regression(Random random) throws IOException {
    int rows = 20_000;
    String lines =
        IntStream.range(0, rows)
            .mapToObj(
                i -> i + "," + random.nextDouble() + "," + (i % 9999 == 5 ? "" : random.nextInt(9)))
            .collect(Collectors.joining("\n", "id,x,label\n", "\n"));
    String input = Files.writeString(directory.resolve("in.csv"), lines).toString();
    String[] options = {
      "--input",
      input,
      "--features",
      "x",
      "--optimizer",
      "sgd",
      "--width",
      "20",
      "--epochs",
      "1",
      "--step-size",
      "1e-3",
      "--max-training-queries",
      "500"
    };
    return Case.of(new RegressJob(), rows, 2, options);
  }

  private static String sequences(String column, int rows, Random random) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int id = 0; id < rows; id++) {
      String vectors =
          IntStream.range(0, 100 + id % 50)
              .mapToObj(
                  i ->
                      random
                          .ints(WIDTH, -99, 100)
                          .mapToObj(Integer::toString)
                          .collect(Collectors.joining(",", "[", "]")))
              .collect(Collectors.joining(",", "[", "]"));
      lines.append(String.format(Locale.ROOT, "{\"id\":%d,\"%s\":%s}\n", id, column, vectors));
    }
    return Files.writeString(directory.resolve(column + ".jsonl"), lines).toString();
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.02f * (float) random.nextGaussian();
    }
    return values;
  }

  private static void assertSameWithoutAnExecutor(Case expected) throws IOException {
    TaskWatch watch = TaskWatch.killingWriters(ExecutorJvms.ask(spark, EXECUTORS));
    spark.sparkContext().addSparkListener(watch);
    Path output = directory.resolve(expected.job().name());
    String[] parted = {"--partitions", "6"};
    String[] options =
        Stream.of(expected.options(), parted).flatMap(Stream::of).toArray(String[]::new);
    assertThat(rows(spark, expected.job(), output, options)).isEqualTo(expected.expected());
    spark.sparkContext().removeSparkListener(watch);
    assertThat(watch.killed()).isPresent();
    JsonNode report =
        new ObjectMapper().readTree(output.resolve("_heed").resolve("report.json").toFile());
    assertThat(report.required("rowsIn").intValue()).isEqualTo(expected.rowsIn());
    assertThat(report.required("rowsOut").intValue()).isEqualTo(expected.expected().size());
    assertThat(spark.read().parquet(output.resolve("_heed").resolve("rejected").toString()).count())
        .isEqualTo(expected.rejected());
  }

  private static List<Row> rows(SparkSession spark, Job job, Path output, String... options) {
    String[] place = {"--output", output.toString()};
    Ended ended =
        JobHarness.run(job, Stream.of(options, place).flatMap(Stream::of).toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return spark.read().parquet(output.toString()).orderBy("id").collectAsList();
  }
}
