package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.LocalSpark;
import io.heed.embed.EmbedJob;
import io.heed.input.NamedPaths;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The embed job on files of a test, with the sample checkpoint where the test names no other. */
final class EmbedSandbox {
  static final Path SAMPLE_DATA = Path.of("sample-data").toAbsolutePath();
  static final Path SAMPLE_MODEL = SAMPLE_DATA.resolve("checkpoint");

  private final Path directory;

  EmbedSandbox(Path directory) {
    this.directory = directory;
  }

  /** A file or directory of this test. */
  Path path(String name) {
    return directory.resolve(name);
  }

  /** Writes a file and the directories above it. */
  Path write(String name, String content) {
    try {
      Files.createDirectories(path(name).getParent());
      return Files.writeString(path(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where results go; its entries are all that a run leaves. */
  Path output() {
    return directory.resolve("outputs").resolve("out");
  }

  /** Runs on {@code input} with these options; --output and --model are added where absent. */
  Ended run(Object input, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--input", input.toString()));
    List<String> given = Arrays.asList(options);
    if (!given.contains("--output")) {
      arguments.addAll(List.of("--output", output().toString()));
    }
    if (!given.contains("--model")) {
      arguments.addAll(List.of("--model", SAMPLE_MODEL.toString()));
    }
    arguments.addAll(given);
    return runWith(arguments.toArray(String[]::new));
  }

  /** Runs with exactly these arguments. */
  Ended runWith(String... arguments) {
    LocalSpark.twoCores();
    return JobHarness.run(new EmbedJob(), arguments);
  }

  /** Runs to a published output and returns its rows in the order of their ids. */
  List<Row> rowsOf(Object input, String... options) {
    Ended ended = run(input, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(leftovers()).containsExactly("out");
    return table().orderBy(table().columns()[0]).collectAsList();
  }

  /** The published table. */
  Dataset<Row> table() {
    return NamedPaths.reader(LocalSpark.twoCores()).parquet(output().toString());
  }

  /** The columns of the published files, in Parquet's words. */
  String columnsOfFiles() {
    String part =
        namesIn(output()).stream()
            .filter(name -> name.startsWith("part-"))
            .findFirst()
            .orElseThrow();
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(output().resolve(part).toUri());
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, new Configuration()))) {
      return reader.getFileMetaData().getSchema().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The published rejected rows by position. */
  List<Row> rejected() {
    String rejected = output().resolve("_heed/rejected").toString();
    return NamedPaths.reader(LocalSpark.twoCores())
        .parquet(rejected)
        .orderBy("source", "position")
        .collectAsList();
  }

  /** The published report. */
  JsonNode report() {
    try {
      return new ObjectMapper().readTree(output().resolve("_heed/report.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything beside the output, hidden staging included. */
  List<String> leftovers() {
    return namesIn(output().getParent());
  }

  /** The names in a directory, none if it is absent. */
  static List<String> namesIn(Path directory) {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The run failed with this code, told the message in one line, and left nothing. */
  void assertFailed(Ended ended, ExitCode exit, String message) {
    assertTold(ended, exit, message);
    assertThat(leftovers()).as("left behind").isEmpty();
  }

  /** The run failed with this code and told the message in one line, last. */
  static void assertTold(Ended ended, ExitCode exit, String message) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    List<String> lines = ended.err().lines().filter(line -> line.startsWith("heed: ")).toList();
    assertThat(lines).containsExactly("heed: " + message);
    assertThat(ended.err()).endsWith("heed: " + message + System.lineSeparator());
  }
}
