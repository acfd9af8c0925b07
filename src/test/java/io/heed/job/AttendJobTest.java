package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.LocalSpark;
import io.heed.attend.AttendJob;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jobs/attend} on small tables. */
class AttendJobTest {
  @TempDir Path directory;

  private Ended run(Path input, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--input", input.toString(), "--output", output().toString(), "--overwrite"));
    arguments.addAll(Arrays.asList(options));
    LocalSpark.twoCores();
    return JobHarness.run(new AttendJob(), arguments.toArray(String[]::new));
  }

  private List<Row> rows(Path input, String... options) {
    Ended ended = run(input, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return LocalSpark.twoCores().read().parquet(output().toString()).orderBy("id").collectAsList();
  }

  private List<Row> rejected() {
    return LocalSpark.twoCores()
        .read()
        .parquet(output().resolve("_heed/rejected").toString())
        .orderBy("source", "position")
        .collectAsList();
  }

  private Path output() {
    return directory.resolve("out");
  }

  private Path write(String... lines) throws IOException {
    return Files.writeString(directory.resolve("in.jsonl"), String.join("\n", lines) + "\n");
  }

  private static float[][] vectors(Row row, String column) {
    return row.getList(row.fieldIndex(column)).stream()
        .map(AttendJobTest::floats)
        .toArray(float[][]::new);
  }

  @SuppressWarnings("unchecked")
  private static float[] floats(Object vector) {
    List<Float> values =
        scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<Float>) vector);
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  @Test
  void aTokenThatIsLikeNoOtherAttendsToItself() throws IOException {
    Path input = write("{\"id\": 1, \"query\": [[9, 0], [0, 9]]}");
    Row row = rows(input, "--score", "dot", "--with-weights").get(0);
    float[][] context = vectors(row, "context");
    assertThat(context[0]).containsExactly(new float[] {9, 0}, within(1e-6f));
    assertThat(context[1]).containsExactly(new float[] {0, 9}, within(1e-6f));
    assertThat(row.schema().fieldNames()).containsExactly("id", "context", "attention");
  }

  @Test
  void theGaussianScoreIsTheKernelOfNadarayaAndWatson() throws IOException {
    Path input = write("{\"id\": 1, \"query\": [[0.5]], \"context\": [[0], [1], [3]]}");
    Row row =
        rows(input, "--score", "gaussian", "--context-column", "context", "--with-weights").get(0);
    double[] keys = {0, 1, 3};
    double sum = Arrays.stream(keys).map(key -> kernel(0.5 - key)).sum();
    float[] weights =
        floats(
            ((scala.collection.Seq<?>) row.getList(row.fieldIndex("attention")).get(0)).apply(0));
    for (int k = 0; k < keys.length; k++) {
      assertThat((double) weights[k]).isCloseTo(kernel(0.5 - keys[k]) / sum, within(1e-6));
    }
  }

  private static double kernel(double distance) {
    return Math.exp(-distance * distance / 2);
  }

  @Test
  void masksOfRowsAndOfPlacesHideTogether() throws IOException {
    Path input =
        write(
            "{\"id\": 1, \"query\": [[1, 0], [0, 1], [1, 1]],"
                + " \"seen\": [[0, 1, 1], [1, 1, 1], [1, 0, 1]]}");
    float[][] context =
        vectors(rows(input, "--mask", "causal", "--mask-column", "seen").get(0), "context");
    assertThat(context[0]).containsExactly(0, 0);
    assertThat(context[2][0]).isEqualTo(1f);
  }

  @Test
  void aMaskThatIsNullIsTold() throws IOException {
    Path input =
        write(
            "{\"id\": 1, \"query\": [[1]], \"seen\": [[1]]}",
            "{\"id\": 2, \"query\": [[1]], \"seen\": null}");
    assertThat(rows(input, "--mask-column", "seen", "--max-rejected-fraction", "1")).hasSize(1);
    assertThat(rejected().get(0).<String>getAs("reason")).isEqualTo("null_mask");
  }

  @Test
  void aRowOfOtherShapeIsRejectedAndOthersAreNot() throws IOException {
    Path input =
        write(
            "{\"id\": 1, \"query\": [[1, 2]], \"context\": [[1, 2]], \"seen\": [[1]]}",
            "{\"id\": 2, \"query\": [[1, 2], [3]], \"context\": [[1, 2]], \"seen\": [[1], [1]]}",
            "{\"id\": 3, \"query\": [[1, 2]], \"context\": [[1, 2, 3]], \"seen\": [[1]]}",
            "{\"id\": 4, \"query\": [[1, 2]], \"context\": [[1, 2]], \"seen\": [[1, 0]]}",
            "{\"id\": 5, \"query\": [[1, 2]], \"context\": [[1, 2]], \"seen\": [[2]]}",
            "{\"id\": 6, \"query\": [], \"context\": [[1, 2]], \"seen\": []}",
            "{\"id\": 7, \"query\": [[1, 2]], \"context\": null, \"seen\": [[1]]}",
            "{\"id\": 8, \"query\": [[1, 2, 3]], \"context\": [[1, 2, 3]], \"seen\": [[1]]}");
    List<Row> rows =
        rows(
            input,
            "--heads",
            "2",
            "--context-column",
            "context",
            "--mask-column",
            "seen",
            "--max-rejected-fraction",
            "1");
    assertThat(rows).hasSize(1);
    assertThat(rejected().stream().map(row -> row.<String>getAs("reason")))
        .containsExactly(
            "wrong_shape",
            "wrong_shape",
            "wrong_shape",
            "wrong_shape",
            "empty_vectors",
            "null_vectors",
            "wrong_shape");
    assertThat(rejected().get(6).<String>getAs("message"))
        .isEqualTo("a width of 3 is not divisible by 2 heads");
  }

  @Test
  void contextsOfASecondTableAreFoundById() throws IOException {
    Path contexts =
        Files.writeString(
            directory.resolve("contexts.jsonl"),
            "{\"id\": 2, \"context\": [[5, 6]]}\n{\"id\": 1, \"context\": [[3, 4]]}\n");
    Path input =
        write(
            "{\"id\": 1, \"query\": [[1, 2]]}",
            "{\"id\": 2, \"query\": [[1, 2]]}",
            "{\"id\": 3, \"query\": [[1, 2]]}");
    List<Row> rows =
        rows(input, "--context-input", contexts.toString(), "--max-rejected-fraction", "0.5");
    assertThat(vectors(rows.get(0), "context")[0])
        .containsExactly(new float[] {3, 4}, within(1e-5f));
    assertThat(vectors(rows.get(1), "context")[0])
        .containsExactly(new float[] {5, 6}, within(1e-5f));
    assertThat(rows).hasSize(2);
    assertThat(rejected().get(0).<String>getAs("reason")).isEqualTo("missing_context");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scaled-dot", "dot", "general", "additive", "gaussian"})
  void partitionsBatchesAndKernelsGiveTheSameBits(String score) throws IOException {
    Random random = new Random(4);
    List<String> lines = new ArrayList<>();
    for (int id = 0; id < 60; id++) {
      lines.add(
          String.format(
              Locale.ROOT,
              "{\"id\": %d, \"query\": %s, \"context\": %s}",
              id,
              sequence(random, 6),
              sequence(random, 10)));
    }
    Path input = write(lines.toArray(String[]::new));
    Path weights = directory.resolve("layer.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String map : List.of("query", "key", "value", "output", "score")) {
      writer.add(map + ".weight", new int[] {6, 6}, gaussian(random, 36));
    }
    writer.add("score.vector", new int[] {6}, gaussian(random, 6));
    writer.write(weights);
    String[] options = {
      "--weights",
      weights.toString(),
      "--heads",
      "3",
      "--context-column",
      "context",
      "--with-weights",
      "--score",
      score
    };
    List<Row> expected = rows(input, options);
    assertThat(expected).hasSize(60);
    for (String[] other :
        new String[][] {
          {"--partitions", "7"}, {"--batch-tokens", "1"}, {"--kernel", "reference"}
        }) {
      String[] all = Arrays.copyOf(options, options.length + 2);
      System.arraycopy(other, 0, all, options.length, 2);
      assertThat(rows(input, all)).isEqualTo(expected);
    }
  }

  private static float[] gaussian(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static String sequence(Random random, int longest) {
    float[][] vectors = new float[1 + random.nextInt(longest)][];
    Arrays.setAll(vectors, i -> gaussian(random, 6));
    return Arrays.deepToString(vectors);
  }

  @Test
  void weightsThatCannotBeUsedEndTheJobBeforeItBegins() throws IOException {
    Path input = write("{\"id\": 1, \"query\": [[1, 2]]}");
    Ended missing = run(input, "--score", "additive");
    assertThat(missing.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(missing.err())
        .contains("heed: --score additive needs the tensor score.vector (--weights)");
    Ended absent = run(input, "--weights", directory.resolve("none.safetensors").toString());
    assertThat(absent.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(absent.err()).contains("none.safetensors does not exist");
    Ended unnamed = run(input, "--weights", directory.toString());
    assertThat(unnamed.exit()).isEqualTo(ExitCode.BAD_CHECKPOINT);
    assertThat(unnamed.err()).contains("heed: %s is not a file".formatted(directory));
    assertThat(output()).doesNotExist();
  }
}
