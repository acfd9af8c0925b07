package io.heed.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that share a JVM. */
@Timeout(60)
class TransportExchangeTest {
  private static final int TASKS = 3;
  private static final int MOST_SECONDS = 10;

  private static SparkSession spark;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    spark = LocalSpark.anew("local[3]");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void allTasksGetTheSame() {
    assertThat(BarrierStage.run(spark, TASKS, context -> ExchangeTasks.steps(context, "same")))
        .isEqualTo(Collections.nCopies(TASKS, ExchangeSteps.expected(TASKS) + " in 1"));
    assertThat(ExchangeTasks.leftovers(spark, 1)).isEmpty();
  }

  @Test
  void aTaskThatThrowsEndsTheOthers() throws IOException {
    String place = directory.toString();
    long begin = System.nanoTime();
    assertThatThrownBy(
            () ->
                BarrierStage.run(
                    spark,
                    TASKS,
                    context ->
                        ExchangeTasks.failing(context, "throws", place, ExchangeTasks::toThrow)))
        .hasMessageContaining("thrown by a test");
    assertThat(ExchangeTasks.leftovers(spark, 1)).isEmpty();
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(MOST_SECONDS));
    for (int rank = 0; rank < TASKS - 1; rank++) {
      assertThat(Files.readString(directory.resolve(String.valueOf(rank))))
          .startsWith("CancellationException: the task was killed while it waited");
    }
  }

  @Test
  void aJobThatIsCancelledEndsAtOnce() throws IOException {
    String place = directory.toString();
    spark.sparkContext().setJobGroup("exchange", "waits for ever", true);
    Thread cancelling =
        new Thread(
            () -> {
              ExchangeTasks.await(directory.resolve("waits"));
              spark.sparkContext().cancelJobGroup("exchange");
            });
    cancelling.start();
    assertThatThrownBy(
            () ->
                BarrierStage.run(
                    spark,
                    TASKS,
                    context ->
                        ExchangeTasks.failing(
                            context, "cancelled", place, () -> ExchangeTasks.toWait(place))))
        .hasMessageContaining("cancelled");
    spark.sparkContext().clearJobGroup();
    assertThat(ExchangeTasks.leftovers(spark, 1)).isEmpty();
    assertThat(Files.readString(directory.resolve("0"))).startsWith("CancellationException: ");
  }
}
