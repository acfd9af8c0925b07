package io.heed.job;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs a command in this JVM as the launcher would, and keeps what it says. */
final class JobHarness {

  /** How a run ended and what it said. */
  record Ended(ExitCode exit, String out, String err) {}

  private JobHarness() {}

  static Ended run(Command command, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExitCode exit = new JobRunner(command, print(out), print(err)).run(arguments);
    return new Ended(exit, text(out), text(err));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
