package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.LocalSpark;
import io.heed.spark.executor.ExecutorJvms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two tasks in each of two JVMs. */
@Timeout(120)
class TransportExchangeClusterTest {
  private static final int EXECUTORS = 2;
  private static final int TASKS = 4;
  private static final int MOST_SECONDS = 20;

  private SparkSession spark;

  @TempDir Path directory;

  private void start(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    spark = LocalSpark.with("local-cluster[2,2,1024]", all);
    ExecutorJvms.ask(spark, EXECUTORS);
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  @Test
  void allTasksGetTheSameAndTheLossOfOneEndsAll() throws IOException {
    start(Map.of());
    assertSame();
    assertOthersEnd("throws", ExchangeTasks::toThrow, "thrown by a test");
    assertThat(ExchangeTasks.leftovers(spark, TASKS)).isEmpty();
    assertOthersEnd("dies", () -> Runtime.getRuntime().halt(1), "ExecutorLostFailure");
  }

  @Test
  void allTasksGetTheSameByEncryptedMessagesOfThoseWhoAreKnown() {
    start(
        Map.of(
            "spark.authenticate", "true",
            "spark.authenticate.secret", "of the tests",
            "spark.network.crypto.enabled", "true"));
    assertSame();
    assertThat(BarrierStage.run(spark, TASKS, ExchangeStrangers::ask))
        .allSatisfy(answer -> assertThat(answer).startsWith("refused: "));
  }

  private void assertSame() {
    assertThat(BarrierStage.run(spark, TASKS, context -> ExchangeTasks.steps(context, "same")))
        .isEqualTo(Collections.nCopies(TASKS, ExchangeSteps.expected(TASKS) + " in 2"));
  }

  private void assertOthersEnd(String run, ExchangeTasks.End end, String cause) throws IOException {
    Path place = Files.createDirectory(directory.resolve(run));
    String placeName = place.toString();
    long begin = System.nanoTime();
    assertThatThrownBy(
            () ->
                BarrierStage.run(
                    spark, TASKS, context -> ExchangeTasks.failing(context, run, placeName, end)))
        .hasMessageContaining(cause);
    ExchangeTasks.await(place.resolve("0"));
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(MOST_SECONDS));
    assertThat(Files.readString(place.resolve("0")))
        .matches(
            "(CancellationException: the task was killed while it waited.*)"
                + "|(ExchangeException: another task gave nothing: task \\d at \\S+:\\d+ did not"
                + " give \\S+: .*)");
  }
}
