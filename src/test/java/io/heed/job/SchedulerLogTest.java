package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchedulerLogTest {
  private static final String SCHEDULER =
      "org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend";

  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final List<String> heard = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();
  private final AbstractAppender screen =
      new AbstractAppender("screen", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          shown.add(event.getMessage().getFormattedMessage());
        }
      };

  @BeforeEach
  void show() {
    screen.start();
    context.getConfiguration().getRootLogger().addAppender(screen, null, null);
    context.updateLoggers();
  }

  @AfterEach
  void hide() {
    context.getConfiguration().getRootLogger().removeAppender(screen.getName());
    context.updateLoggers();
  }

  @Test
  void hearsWhatIsNotShown() {
    Logger scheduler = LogManager.getLogger(SCHEDULER);
    try (SchedulerLog log = SchedulerLog.listen(heard::add)) {
      scheduler.info("Executor updated");
      scheduler.error("Application has been killed");
      assertThat(log.isStarted()).isTrue();
    }
    scheduler.info("after");
    scheduler.warn("after");
    assertThat(heard).containsExactly("Executor updated", "Application has been killed");
    assertThat(shown).containsExactly("Application has been killed", "after");
    assertThat(context.getConfiguration().getLoggers()).doesNotContainKey(SCHEDULER);
  }

  @Test
  void aLoggerOfTheUserStaysAsItIs() {
    LoggerConfig own = new LoggerConfig(SCHEDULER, org.apache.logging.log4j.Level.ERROR, true);
    context.getConfiguration().addLogger(SCHEDULER, own);
    context.updateLoggers();
    Logger scheduler = LogManager.getLogger(SCHEDULER);
    try (SchedulerLog log = SchedulerLog.listen(heard::add)) {
      scheduler.warn("not shown");
      scheduler.error("shown");
      assertThat(log.isStarted()).isTrue();
      assertThat(context.getConfiguration().getLoggerConfig(SCHEDULER)).isSameAs(own);
    } finally {
      context.getConfiguration().removeLogger(SCHEDULER);
      context.updateLoggers();
    }
    assertThat(heard).containsExactly("shown");
    assertThat(shown).containsExactly("shown");
  }
}
