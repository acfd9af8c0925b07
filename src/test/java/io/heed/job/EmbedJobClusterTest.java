package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import io.heed.spark.executor.ElsewhereFileSystem;
import io.heed.spark.executor.ExecutorJvms;
import io.heed.spark.executor.ExecutorJvms.Jvm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.scheduler.SparkListenerInterface;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a cluster of two executors, each a JVM of its own. */
class EmbedJobClusterTest {
  private static final int EXECUTORS = 2;
  private static final int VOCABULARY = 500;
  private static final int ROWS = 240;
  private static final int REJECTED = 4;
  private static final String[] BAD_LINES = {
    "{\"id\":\"null\",\"tokens\":null}",
    "{\"id\":\"empty\",\"tokens\":[]}",
    String.format(Locale.ROOT, "{\"id\":\"unknown\",\"tokens\":[1,%d]}", VOCABULARY),
    "not an object"
  };

  /** Different weights, so that no test finds its model loaded by another. */
  private enum Model {
    SHARED,
    KILLED,
    ARCHIVED,
    ELSEWHERE,
    SEEN;

    /** One is wide enough that its tasks still compute when their executor is killed. */
    BertCheckpointFixture fixture() {
      return BertCheckpointFixture.of(3, this == KILLED ? 256 : 64, 2, VOCABULARY, 40 + ordinal());
    }

    Path directory() {
      return shared.resolve(name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  @TempDir static Path shared;
  @TempDir Path directory;

  private static final Map<Model, Map<String, List<Integer>>> EXPECTED = new TreeMap<>();
  private static Path input;
  private static SparkSession spark;

  @BeforeAll
  static void startCluster() throws IOException {
    int[] lengths = IntStream.range(0, ROWS).map(row -> 1 + row * 37 % 140).toArray();
    input = TokenRows.of(VOCABULARY, 31, lengths).write(shared.resolve("rows.jsonl"));
    Files.write(input, List.of(BAD_LINES), StandardOpenOption.APPEND);

    SparkSession local = LocalSpark.twoCores();
    for (Model model : Model.values()) {
      model.fixture().write(model.directory());
      Path output = shared.resolve("expected").resolve(model.name());
      run(model.directory().toString(), output);
      EXPECTED.put(model, EmbeddingsOf.bits(local, output));
    }
    spark =
        LocalSpark.with(
            String.format(Locale.ROOT, "local-cluster[%d,1,1024]", EXECUTORS),
            Map.of(
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path"),
                "spark.archives",
                zip(Model.ARCHIVED.directory(), shared.resolve("archive.zip")) + "#my-model",
                ElsewhereFileSystem.KEY,
                ElsewhereFileSystem.class.getName()));
  }

  @AfterAll
  static void stopCluster() {
    spark.stop();
  }

  @Test
  void both_executors_compute_and_each_loads_the_model_once() throws IOException {
    Map<String, Jvm> before = ExecutorJvms.ask(spark, EXECUTORS);
    TaskWatch watch = TaskWatch.watching();
    Path output = directory.resolve("out");
    watched(watch, () -> run(Model.SHARED.directory().toString(), output, "--partitions", "8"));

    assertThat(EmbeddingsOf.bits(spark, output)).isEqualTo(EXPECTED.get(Model.SHARED));
    assertThat(watch.rowsByExecutor()).hasSize(EXECUTORS).containsOnlyKeys(before.keySet());
    Map<String, Jvm> after = ExecutorJvms.ask(spark, EXECUTORS);
    assertThat(after.values()).extracting(Jvm::pid).doesNotHaveDuplicates();
    assertThat(after.values()).extracting(Jvm::pid).doesNotContain(ProcessHandle.current().pid());
    assertLoads(before, after, 1);

    run(Model.SHARED.directory().toString(), directory.resolve("again"), "--partitions", "8");
    assertLoads(before, ExecutorJvms.ask(spark, EXECUTORS), 1);
  }

  private static void assertLoads(Map<String, Jvm> before, Map<String, Jvm> after, int loads) {
    assertThat(after).containsOnlyKeys(before.keySet());
    after.forEach(
        (executor, jvm) ->
            assertThat(jvm.loads() - before.get(executor).loads())
                .as("loads of executor %s", executor)
                .isEqualTo(loads));
  }

  @Test
  void a_killed_executor_costs_no_row() throws IOException {
    TaskWatch watch = TaskWatch.killing(ExecutorJvms.ask(spark, EXECUTORS), 6);
    Path output = directory.resolve("out");
    watched(watch, () -> run(Model.KILLED.directory().toString(), output, "--partitions", "6"));

    assertThat(watch.killed()).isPresent();
    assertThat(watch.lostWithATask()).contains(watch.killed().get());
    assertThat(EmbeddingsOf.bits(spark, output)).isEqualTo(EXPECTED.get(Model.KILLED));
    JsonNode report =
        new ObjectMapper().readTree(output.resolve("_heed").resolve("report.json").toFile());
    assertThat(report.get("rowsIn").longValue()).isEqualTo(ROWS + REJECTED);
    assertThat(report.get("rowsOut").longValue()).isEqualTo(ROWS);
    assertThat(report.get("rowsRejected").longValue()).isEqualTo(REJECTED);
    assertThat(spark.read().parquet(output.resolve("_heed").resolve("rejected").toString()).count())
        .isEqualTo(REJECTED);
  }

  @Test
  void attention_and_heat_maps_come_from_executors() throws IOException {
    Path output = directory.resolve("out");
    String model = Model.SEEN.directory().toString();
    run(model, output, "--partitions", "8", "--with-attention", "-1", "--heat-maps", "3");
    assertThat(EmbeddingsOf.bits(spark, output)).isEqualTo(EXPECTED.get(Model.SEEN));
    assertThat(EmbedSandbox.namesIn(output.resolve("_heed/plots")))
        .containsExactly(
            "row-001-r0-layer-3.png", "row-002-r1-layer-3.png", "row-003-r2-layer-3.png");
  }

  @Test
  void the_model_is_an_archive() throws IOException {
    Path output = directory.resolve("out");
    run("my-model", output, "--partitions", "4");
    assertThat(EmbeddingsOf.bits(spark, output)).isEqualTo(EXPECTED.get(Model.ARCHIVED));
  }

  @Test
  void the_model_lies_in_a_hadoop_store() throws IOException {
    Map<String, Jvm> before = ExecutorJvms.ask(spark, EXECUTORS);
    Path output = directory.resolve("out");
    run("elsewhere:" + Model.ELSEWHERE.directory(), output, "--partitions", "8");
    assertThat(EmbeddingsOf.bits(spark, output)).isEqualTo(EXPECTED.get(Model.ELSEWHERE));
    assertLoads(before, ExecutorJvms.ask(spark, EXECUTORS), 1);
  }

  private static void run(String model, Path output, String... options) {
    String[] shared = {
      "--input",
      input.toString(),
      "--tokens-column",
      "tokens",
      "--model",
      model,
      "--output",
      output.toString()
    };
    Ended ended =
        JobHarness.run(
            new EmbedJob(), Stream.of(shared, options).flatMap(Stream::of).toArray(String[]::new));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
  }

  private static void watched(SparkListenerInterface watch, Runnable job) {
    spark.sparkContext().addSparkListener(watch);
    try {
      job.run();
    } finally {
      // Events come late; a job that ends after this one has sent its own behind them.
      ExecutorJvms.ask(spark, EXECUTORS);
      spark.sparkContext().removeSparkListener(watch);
    }
  }

  /** Inside the archive stands one folder, as when a person zips a directory. */
  private static Path zip(Path directory, Path archive) throws IOException {
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path name = directory.getParent().relativize(file);
        zip.putNextEntry(new ZipEntry(name.toString()));
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
    return archive;
  }
}
