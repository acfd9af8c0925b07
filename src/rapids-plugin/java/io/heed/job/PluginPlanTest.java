package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.WordPieceFixture;
import io.heed.gpu.EmulatedDriver;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the plugin itself makes of the job, without a GPU: its plans, which fail where they first
 * take memory of one, and why a run stays on the CPU. It is on the class path of an application of
 * its own, in which all runs take place.
 */
class PluginPlanTest {
  private static final Path PLUGIN = Path.of(System.getProperty("heed.rapids.plugin"));
  private static final Path CLASSES = Path.of("target").toAbsolutePath();

  @TempDir private static Path directory;
  private static JsonNode came;

  @BeforeAll
  static void runAll() throws IOException, InterruptedException {
    EmulatedDriver.require();
    WordPieceFixture pieces = WordPieceFixture.ascii();
    Path model =
        BertCheckpointFixture.of(1, 32, 1, pieces.size(), 8)
            .withTokenizer(pieces)
            .write(directory.resolve("bert"));
    Path texts = directory.resolve("texts.jsonl");
    Files.writeString(texts, "{\"id\": \"a\", \"topic\": \"t\", \"text\": \"the cat\"}\n");
    Path ids = directory.resolve("ids");
    LocalSpark.twoCores()
        .range(200)
        .selectExpr(
            "concat('r', id) as id", "id as topic", "array(1, cast(id % 5 as int), 3) as tokens")
        .repartition(2)
        .write()
        .parquet(ids.toString());
    LocalSpark.stop();
    List<String> given = List.of("--model", model.toString(), "--keep-columns", "topic");
    came =
        fork(
            run(given, "--input", texts.toString(), "--device", "gpu"),
            run(
                given,
                "--input",
                ids.toString(),
                "--tokens-column",
                "tokens",
                "--partitions",
                "input"),
            List.of(
                PluginRuns.UNCHECKED,
                model.toString(),
                ids.toString(),
                directory.resolve("unchecked").toString()),
            run(
                given,
                "--input",
                texts.toString(),
                "--precision",
                "float32",
                "--kernel",
                "reference"),
            run(
                given,
                "--input",
                texts.toString(),
                "--kernel",
                "reference",
                "spark.rapids.sql.enabled=false"),
            run(given, "--input", texts.toString(), "--device", "gpu"));
  }

  private static List<String> run(List<String> given, String... more) {
    List<String> all = new ArrayList<>(given);
    all.addAll(List.of(more));
    all.addAll(List.of("--output", directory.resolve("out").toString(), "--overwrite", "true"));
    return all;
  }

  /** The fork has the tests' classes, but none of those that stand in for the plugin's. */
  private static Path testClasses() throws IOException {
    Path from = CLASSES.resolve("test-classes");
    Path to = directory.resolve("test-classes");
    try (Stream<Path> classes = Files.walk(from.resolve("io"))) {
      for (Path file : classes.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }

  /** That of this JVM, in which the plugin takes the place of what stands in for it. */
  private static String classPath() throws IOException {
    String tests = CLASSES.resolve("test-classes").toString();
    Stream<String> own =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.equals(tests));
    return Stream.concat(Stream.of(PLUGIN.toString(), testClasses().toString()), own)
        .collect(Collectors.joining(File.pathSeparator));
  }

  @SafeVarargs
  private static JsonNode fork(List<String>... runs) throws IOException, InterruptedException {
    ObjectMapper json = new ObjectMapper();
    File arguments = directory.resolve("runs.json").toFile();
    File results = directory.resolve("came.json").toFile();
    json.writeValue(arguments, runs);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("heed.spark.jvm.modules").strip().split("\\s+")));
    // A driver that says there is a GPU: cuDF's own, which is asked for memory, says there is none.
    command.add("-Dheed.gpu.library=" + System.getProperty("heed.gpu.library"));
    command.addAll(
        List.of(
            "-Xmx2g",
            "-cp",
            classPath(),
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            "local[2]",
            "--jars",
            PLUGIN.toString(),
            "--conf",
            "spark.sql.extensions=com.nvidia.spark.rapids.SQLExecPlugin",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.sql.queryExecutionListeners=" + PlanKeeper.class.getName(),
            "--class",
            PluginRuns.class.getName(),
            "spark-internal",
            arguments.toString(),
            results.toString()));
    File log = directory.resolve("fork.log").toFile();
    Process fork =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    boolean ended = fork.waitFor(4, TimeUnit.MINUTES);
    String told = Files.readString(log.toPath(), StandardCharsets.UTF_8);
    assertThat(ended && fork.exitValue() == 0).as(told).isTrue();
    return json.readTree(results);
  }

  private static String plan(int run) {
    JsonNode plans = came.get(run).get("plans");
    assertThat(plans.size()).as(came.get(run).toString()).isPositive();
    return plans.get(plans.size() - 1).asText();
  }

  private static String err(int run) {
    return came.get(run).get("err").asText();
  }

  @Test
  void rowsOfCoresGoToTheGpuAndFromThereIntoFiles() {
    String plan = plan(0);
    assertThat(plan)
        .containsSubsequence(
            "GpuWriteFiles", "GpuProject", "gpu_heed_embed(tokens", "GpuRowToColumnar");
    assertThat(plan).doesNotContain("!").containsOnlyOnce("gpu_heed_embed");
    assertThat(err(0)).contains("precision").contains("bfloat16");
  }

  @Test
  void aTableOfIdsIsReadEmbeddedAndWrittenThere() {
    assertThat(plan(1))
        .containsSubsequence("GpuHashAggregate", "GpuColumnarExchange", "GpuFileGpuScan parquet")
        .doesNotContain("GpuRowToColumnar");
    assertThat(plan(2))
        .containsSubsequence(
            "GpuWriteFiles", "GpuProject", "gpu_heed_embed(tokens", "GpuFileGpuScan parquet")
        .doesNotContain("GpuRowToColumnar")
        .containsOnlyOnce("gpu_heed_embed");
  }

  @Test
  void onTheCpuTheReasonIsTold() {
    assertThat(err(3)).containsPattern("device +cpu  \\(auto: --precision float32\\)");
    assertThat(err(4))
        .containsPattern("device +cpu  \\(auto: spark.rapids.sql.enabled is false\\)");
    assertThat(came.get(3).get("exit").asInt()).isZero();
    assertThat(came.get(4).get("exit").asInt()).isZero();
    assertThat(came.get(5).get("exit").asInt()).isEqualTo(2);
    assertThat(err(5)).endsWith("heed: --device gpu: spark.rapids.sql.enabled is false\n");
  }
}
