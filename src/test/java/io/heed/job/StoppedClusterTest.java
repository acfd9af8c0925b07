package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext$;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose executors cannot start. */
class StoppedClusterTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.master", "local-cluster[1,1,1024]",
          "spark.ui.enabled", "false",
          "spark.executor.extraJavaOptions", "-agentlib:nonsense");

  @TempDir Path directory;

  @BeforeEach
  void configureAsSparkSubmitDoes() {
    LocalSpark.stop();
    SparkSession.clearDefaultSession();
    SparkSession.clearActiveSession();
    SETTINGS.forEach(System::setProperty);
  }

  /** What gave up stops Spark from a thread of its own, which may not be done yet. */
  @AfterEach
  void forget() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (SparkContext$.MODULE$.getActive().isDefined() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(SparkContext$.MODULE$.getActive().isEmpty()).isTrue();
    SETTINGS.keySet().forEach(System::clearProperty);
    SparkSession.clearDefaultSession();
    SparkSession.clearActiveSession();
  }

  @Test
  void theFirstCauseIsTold() {
    Ended ended =
        JobHarness.run(
            new EmbedJob(),
            "--input",
            EmbedSandbox.SAMPLE_DATA.resolve("sentences.jsonl").toString(),
            "--model",
            EmbedSandbox.SAMPLE_MODEL.toString(),
            "--output",
            directory.resolve("out").toString());
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.OTHER);
    assertThat(ended.err())
        .containsPattern(
            "heed: the job failed: no executor could start; \\d+ executors ended, the first of them"
                + " 0 on \\S+: Command exited with code 1 \\(its JVM could not start, or failed\\);"
                + " its log is \\S+/0/stderr below that worker's work directory; then"
                + " (Heed gave up|Spark gave up: Master removed our application: FAILED)\n");
    assertThat(directory).isEmptyDirectory();
  }
}
