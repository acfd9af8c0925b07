package io.heed.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a main method in a JVM of its own, with options that only a new JVM can take. */
public final class ForkedJvm {
  static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";

  private static final long LONGEST_SECONDS = 120;

  private ForkedJvm() {}

  /**
   * How a JVM ended.
   *
   * @param output what it printed, less the line end
   * @param errors what it printed on stderr
   */
  public record Ended(int exit, String output, String errors) {}

  /** What {@code main} prints; the test fails with its errors when it exits with anything but 0. */
  static String run(List<String> options, Class<?> main, String... arguments) throws IOException {
    Ended ended = end(options, main, arguments);
    if (ended.exit() != 0) {
      throw new AssertionError(main + " " + options + " failed: " + ended.errors());
    }
    return ended.output();
  }

  /** Runs {@code main} to its end, whichever that is. */
  public static Ended end(List<String> options, Class<?> main, String... arguments)
      throws IOException {
    return end(Map.of(), options, main, arguments);
  }

  /** Runs {@code main} to its end in an environment with these variables changed. */
  public static Ended end(
      Map<String, String> environment, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("forked-jvm", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(command + " does not end: " + Files.readString(errors));
      }
      return new Ended(process.exitValue(), output.strip(), Files.readString(errors));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    } finally {
      process.destroyForcibly();
      Files.delete(errors);
    }
  }
}
