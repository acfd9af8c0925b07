package io.heed.job;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/**
 * Hears what the schedulers of Spark's clusters log, whatever is shown of it, until closed. Why an
 * executor could not start, and why a master gave an application up, they tell nowhere else.
 */
final class SchedulerLog extends AbstractAppender implements AutoCloseable {
  private static final List<String> LOGGERS =
      List.of(
          "org.apache.spark.deploy.client.StandaloneAppClient$ClientEndpoint",
          "org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend",
          "org.apache.spark.scheduler.cluster.YarnClientSchedulerBackend");

  private final Consumer<String> listener;
  private final List<String> added = new ArrayList<>();

  private SchedulerLog(Consumer<String> listener) {
    super("heed-scheduler-log", null, null, true, Property.EMPTY_ARRAY);
    this.listener = listener;
  }

  /** Hands every line on; none where Spark logs by another library. */
  static SchedulerLog listen(Consumer<String> listener) {
    SchedulerLog log = new SchedulerLog(listener);
    log.start();
    if (LogManager.getContext(false) instanceof LoggerContext context) {
      LOGGERS.forEach(name -> log.hear(context.getConfiguration(), name));
      context.updateLoggers();
    }
    return log;
  }

  private void hear(Configuration configuration, String name) {
    LoggerConfig shown = configuration.getLoggerConfig(name);
    if (shown.getName().equals(name)) {
      // Of a logger that the user has set, what passes is heard.
      shown.addAppender(this, null, null);
      return;
    }
    LoggerConfig heard = new LoggerConfig(name, Level.INFO, false);
    heard.addAppender(this, null, null);
    // All that was shown before, and no more.
    LoggerConfig parent = shown;
    while (parent != null) {
      parent
          .getAppenders()
          .values()
          .forEach(appender -> heard.addAppender(appender, shown.getLevel(), null));
      parent = parent.isAdditive() ? parent.getParent() : null;
    }
    configuration.addLogger(name, heard);
    added.add(name);
  }

  @Override
  public void append(LogEvent event) {
    listener.accept(event.getMessage().getFormattedMessage());
  }

  @Override
  public void close() {
    if (LogManager.getContext(false) instanceof LoggerContext context) {
      Configuration configuration = context.getConfiguration();
      for (String name : LOGGERS) {
        if (added.contains(name)) {
          configuration.removeLogger(name);
        } else {
          configuration.getLoggerConfig(name).removeAppender(getName());
        }
      }
      context.updateLoggers();
    }
    stop();
  }
}
