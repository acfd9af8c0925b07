package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code conf/log4j2.properties} shows of a local run. */
class LocalLoggingTest {
  private final Configuration configuration =
      ConfigurationFactory.getInstance()
          .getConfiguration(
              new LoggerContext("local"), "local", Path.of("conf/log4j2.properties").toUri());

  LocalLoggingTest() {
    configuration.initialize();
    configuration.start();
  }

  @AfterEach
  void stop() {
    configuration.stop();
  }

  private boolean isShown(Level level, String logger, String message) {
    LoggerConfig config = configuration.getLoggerConfig(logger);
    return config.getLevel().intLevel() >= level.intLevel()
        && !config.isFiltered(
            Log4jLogEvent.newBuilder()
                .setLoggerName(logger)
                .setLevel(level)
                .setMessage(new SimpleMessage(message))
                .build());
  }

  @Test
  void heedAndTheWarningsOfSparkAreShown() {
    assertThat(isShown(Level.INFO, "io.heed.kernel.KernelProvider", "Kernels: x")).isTrue();
    assertThat(isShown(Level.INFO, "org.apache.spark.SparkContext", "Running")).isFalse();
    assertThat(isShown(Level.WARN, "org.apache.spark.SparkContext", "x")).isTrue();
    assertThat(isShown(Level.WARN, "org.apache.spark.util.Utils", "x")).isTrue();
    assertThat(isShown(Level.ERROR, "org.apache.spark.executor.Executor", "x")).isTrue();
    assertThat(isShown(Level.ERROR, "org.apache.spark.rpc.netty.Inbox", "Ignoring error")).isTrue();
  }

  @Test
  void portsThatOtherRunsHaveAreNoNews() {
    String taken = "Service 'SparkUI' could not bind on port 4040. Attempting port 4041.";
    assertThat(isShown(Level.WARN, "org.apache.spark.util.Utils", taken)).isFalse();
  }

  @Test
  void thatATaskFailedIsSaidByTheJobAlone() {
    String executor = "Exception in task 0.0 in stage 1.0 (TID 1)";
    assertThat(isShown(Level.ERROR, "org.apache.spark.executor.Executor", executor)).isFalse();
    assertThat(isShown(Level.ERROR, "org.apache.spark.util.Utils", "Aborting task")).isFalse();
    String manager = "Task 0 in stage 1.0 failed 1 times; aborting job";
    assertThat(isShown(Level.ERROR, "org.apache.spark.scheduler.TaskSetManager", manager))
        .isFalse();
    assertThat(
            isShown(
                Level.ERROR,
                "org.apache.spark.sql.execution.datasources.FileFormatWriter",
                "Aborting job x."))
        .isFalse();
  }
}
