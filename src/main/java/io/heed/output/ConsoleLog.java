package io.heed.output;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.filter.AbstractFilter;

/**
 * Hears of each log event before it reaches the console, until closed. Loggers hold the stream that
 * was the console when they were configured, so it takes a filter of theirs to come before them.
 */
final class ConsoleLog extends AbstractFilter implements AutoCloseable {
  private final Runnable before;

  private ConsoleLog(Runnable before) {
    this.before = before;
  }

  /** Runs {@code before} ahead of every event; nothing where Spark logs by another library. */
  static ConsoleLog listen(Runnable before) {
    ConsoleLog log = new ConsoleLog(before);
    log.start();
    if (LogManager.getContext(false) instanceof LoggerContext context) {
      for (Appender appender : context.getConfiguration().getAppenders().values()) {
        if (appender instanceof ConsoleAppender console) {
          console.addFilter(log);
        }
      }
    }
    return log;
  }

  @Override
  public Filter.Result filter(LogEvent event) {
    before.run();
    return Filter.Result.NEUTRAL;
  }

  @Override
  public void close() {
    if (LogManager.getContext(false) instanceof LoggerContext context) {
      for (Appender appender : context.getConfiguration().getAppenders().values()) {
        if (appender instanceof ConsoleAppender console) {
          console.removeFilter(this);
        }
      }
    }
  }
}
