package io.heed.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.Test;

class TerminalLineTest {
  private final Screen screen = new Screen();
  private final TerminalLine line = new TerminalLine(screen.stream());

  @Test
  void isRewritten() {
    line.show("37% of 2.10 GB, 12,345 rows");
    line.show("100%");
    assertThat(screen.lines()).containsExactly("100%");
  }

  @Test
  void isNoWiderThanTheTerminal() {
    line.show("37%");
    Screen expected = new Screen();
    expected.stream().print("\r\u001b[K\u001b[?7l37%\u001b[?7h");
    assertThat(screen.bytes()).isEqualTo(expected.bytes());
  }

  @Test
  void otherLinesPassAboveIt() {
    line.passage().println("before");
    line.show("1%");
    line.passage().println("heed: a word");
    assertThat(screen.lines()).containsExactly("before", "heed: a word", "1%");
    line.passage().println("another");
    assertThat(screen.lines()).containsExactly("before", "heed: a word", "another", "1%");
  }

  @Test
  void waitsUntilTheOtherLineHasEnded() {
    line.show("1%");
    line.passage().print("half a ");
    line.show("2%");
    assertThat(screen.lines()).containsExactly("half a");
    line.passage().println("line");
    assertThat(screen.lines()).containsExactly("half a line", "2%");
  }

  @Test
  void makesRoomForALineThatIsAnnounced() {
    line.show("1%");
    line.announceOther();
    line.show("2%");
    screen.stream().println("20:44:06 INFO  a log line");
    assertThat(screen.lines()).containsExactly("20:44:06 INFO  a log line", "");
  }

  @Test
  void leavesNothing() {
    line.show("99%");
    line.close();
    line.passage().println("done");
    assertThat(screen.lines()).containsExactly("done", "");
  }

  @Test
  void logLinesThatDoNotPassThroughItDoNotGlueThemselvesToIt() {
    PrintStream err = System.err;
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    Configuration configuration = context.getConfiguration();
    ConsoleAppender console =
        ConsoleAppender.newBuilder()
            .setName("screen")
            .setTarget(ConsoleAppender.Target.SYSTEM_ERR)
            .setFollow(true)
            .setLayout(PatternLayout.newBuilder().withPattern("%m%n").build())
            .build();
    console.start();
    configuration.addAppender(console);
    configuration.getRootLogger().addAppender(console, null, null);
    context.updateLoggers();
    System.setErr(screen.stream());
    try (ConsoleLog log = ConsoleLog.listen(line::announceOther)) {
      line.show("5%");
      LogManager.getLogger("io.heed.Test").fatal("a log line");
      assertThat(log.isStarted()).isTrue();
    } finally {
      System.setErr(err);
      configuration.getRootLogger().removeAppender("screen");
      configuration.getAppenders().remove("screen");
      context.updateLoggers();
    }
    assertThat(screen.lines()).containsExactly("a log line", "");
  }
}
