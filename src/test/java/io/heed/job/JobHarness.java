package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs a command in this JVM as the launcher would, and keeps what it says. */
public final class JobHarness {

  /** How a run ended and what it said. */
  record Ended(ExitCode exit, String out, String err) {}

  private JobHarness() {}

  static Ended run(Command command, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExitCode exit = new JobRunner(command, print(out), print(err)).run(arguments);
    return new Ended(exit, text(out), text(err));
  }

  /** Runs a command that is to come to its end, and fails with what it says where it does not. */
  public static void complete(Command command, String... arguments) {
    Ended ended = run(command, arguments);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
