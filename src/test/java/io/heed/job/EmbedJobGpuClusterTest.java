package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.embed.EmbedJob;
import io.heed.gpu.EmulatedDriver;
import io.heed.job.JobHarness.Ended;
import io.heed.spark.executor.ExecutorJvms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job on a cluster of two executors, each of which has a driver of GPUs or none. */
class EmbedJobGpuClusterTest {
  private static final int ROWS = 40;

  @TempDir private static Path shared;
  private static Path model;
  private static Path input;

  @TempDir private Path directory;

  @BeforeAll
  static void writeInput() throws IOException {
    model = BertCheckpointFixture.of(1, 32, 1, 60, 8).write(shared.resolve("bert"));
    StringBuilder rows = new StringBuilder();
    for (int id = 0; id < ROWS; id++) {
      rows.append("{\"id\": %1$d, \"tokens\": [%1$d, 3, 4]}\n".formatted(id));
    }
    input = Files.writeString(shared.resolve("rows.jsonl"), rows);
  }

  @AfterAll
  static void stopCluster() {
    LocalSpark.stop();
  }

  /** Starts a cluster. */
  private SparkSession withDriversOn(int... executors) throws IOException {
    EmulatedDriver.require();
    for (int executor : executors) {
      Path library = library(String.valueOf(executor));
      Files.createDirectories(library.getParent());
      Files.createSymbolicLink(library, EmulatedDriver.file());
    }
    SparkSession spark =
        LocalSpark.with(
            "local-cluster[2,1,1024]",
            Map.of(
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path"),
                "spark.executor.extraJavaOptions",
                "-Dheed.gpu.library=" + library("{{EXECUTOR_ID}}"),
                "spark.sql.extensions",
                "com.nvidia.spark.rapids.SQLExecPlugin"));
    ExecutorJvms.ask(spark, 2);
    return spark;
  }

  private Path library(String executor) {
    return directory.resolve("drivers").resolve(executor).resolve("libcuda.so.1");
  }

  private Ended run() {
    return JobHarness.run(
        new EmbedJob(),
        "--input",
        input.toString(),
        "--model",
        model.toString(),
        "--tokens-column",
        "tokens",
        "--partitions",
        "4",
        "--output",
        directory.resolve("out").toString(),
        "--device",
        "gpu");
  }

  @Test
  void oneExecutorWithoutDriverIsFound() throws IOException {
    withDriversOn(0);
    Ended ended = run();
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(ended.err())
        .containsPattern(
            "heed: --device gpu: executor 1 \\(.*\\):"
                + " NVIDIA's driver .*/drivers/1/libcuda.so.1 cannot be loaded: ");
  }

  @Test
  void allExecutorsCompute() throws Exception {
    SparkSession spark = withDriversOn(0, 1);
    TaskWatch watch = TaskWatch.watching();
    spark.sparkContext().addSparkListener(watch);
    Ended ended = run();
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    List<Row> rows = spark.read().parquet(directory.resolve("out").toString()).collectAsList();
    assertThat(rows).hasSize(ROWS).extracting(row -> row.getList(1)).doesNotHaveDuplicates();
    spark.sparkContext().listenerBus().waitUntilEmpty();
    assertThat(watch.rowsByExecutor()).containsOnlyKeys("0", "1");
  }
}
