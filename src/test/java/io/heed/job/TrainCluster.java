package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.LocalSpark;
import io.heed.job.JobHarness.Ended;
import io.heed.spark.executor.ExecutorJvms;
import io.heed.spark.executor.ExecutorJvms.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.sql.SparkSession;

/** Trains a tiny model on executors that are JVMs of their own, and ends some of them. */
final class TrainCluster {
  private final TrainSandbox sandbox;
  private final int steps;
  private final String expected;
  private SparkSession spark;
  private int executors;

  /** Trains in this JVM alone, for what has to come out elsewhere. */
  TrainCluster(Path directory, int steps) {
    this.sandbox = new TrainSandbox(directory);
    this.steps = steps;
    LocalSpark.twoCores();
    sandbox.trained("alone", sandbox.input(), options());
    this.expected = sandbox.hash("alone");
  }

  /** Goes on with a cluster of so many executors of one core. */
  void start(int count) {
    executors = count;
    spark =
        LocalSpark.with(
            String.format(Locale.ROOT, "local-cluster[%d,1,1024]", count),
            Map.of(
                "spark.executor.extraClassPath",
                System.getProperty("java.class.path"),
                "spark.deploy.maxExecutorRetries",
                "-1",
                // A busy machine takes long to start the JVM of another executor.
                "spark.scheduler.maxRegisteredResourcesWaitingTime",
                "60s"));
    ExecutorJvms.ask(spark, count);
  }

  private String[] options() {
    return new String[] {
      "--tokens-column",
      "tokens",
      "--vocabulary",
      "61",
      "--size",
      "2x48x3",
      "--positions",
      "16",
      "--steps",
      Integer.toString(steps),
      "--batch-size",
      "8",
      "--learning-rate",
      "3e-3",
      "--eval-input",
      sandbox.heldOut().toString(),
      "--eval-steps",
      "12",
      "--dropout",
      "0.1",
      "--checkpoint-steps",
      "1"
    };
  }

  /** Trains undisturbed on rows that come in so many files, to the expected weights. */
  void assertSame(String output, int files) throws IOException {
    sandbox.trained(output, files == 1 ? sandbox.input() : sandbox.input(files), options());
    assertThat(sandbox.hash(output)).isEqualTo(expected);
    JsonNode told = sandbox.told(output);
    assertThat(told.required("tasks").intValue()).isEqualTo(executors);
    assertThat(told.required("restarts").intValue()).isZero();
  }

  /**
   * Trains to the expected weights though something happens behind a step.
   *
   * @param tasks of the attempt that comes to the end
   */
  void assertSame(String output, int step, Consumer<List<Jvm>> happening, int tasks)
      throws Exception {
    List<Jvm> jvms = new ArrayList<>(ExecutorJvms.ask(spark, executors).values());
    Path reached =
        sandbox.state(output).resolve(String.format(Locale.ROOT, "step-%012d/training.json", step));
    AtomicBoolean happened = new AtomicBoolean();
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!Files.exists(reached)) {
                  Thread.sleep(2);
                }
                happening.accept(jvms);
                happened.set(true);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // The run came to its end before.
              }
            },
            "waits for step " + step);
    thread.setDaemon(true);
    thread.start();
    Ended ended;
    try {
      ended = sandbox.trained(output, sandbox.input(), options());
    } finally {
      thread.interrupt();
      thread.join();
    }
    assertThat(happened).isTrue();
    assertThat(ended.err())
        .containsPattern(
            "heed: warning: an executor was lost; training goes on from step \\d+ \\(restart 1\\)");
    JsonNode told = sandbox.told(output);
    assertThat(told.required("restarts").intValue()).isPositive();
    assertThat(told.required("tasks").intValue()).isEqualTo(tasks);
    assertThat(told.required("steps").intValue()).isEqualTo(steps);
    assertThat(sandbox.hash(output)).isEqualTo(expected);
    executors = tasks;
  }

  /** Ends the process of the executor of this number, without notice. */
  static Consumer<List<Jvm>> halting(int number) {
    return jvms ->
        ProcessHandle.of(jvms.get(number % jvms.size()).pid()).orElseThrow().destroyForcibly();
  }

  /** Takes an executor away, for which none comes. */
  Consumer<List<Jvm>> removing(int number) {
    return jvms -> spark.sparkContext().killExecutor(jvms.get(number).executor());
  }
}
