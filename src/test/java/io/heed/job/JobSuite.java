package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.LocalSpark;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One job, run on files of a test into one output. */
abstract class JobSuite {
  @TempDir Path directory;
  Path output;

  private final Supplier<Job> job;

  JobSuite(Supplier<Job> job) {
    this.job = job;
  }

  @BeforeEach
  void startSpark() {
    LocalSpark.twoCores();
    output = directory.resolve("outputs").resolve("out");
  }

  Ended run(Object input, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("--input", input.toString(), "--output", output.toString()));
    arguments.addAll(List.of(options));
    return JobHarness.run(job.get(), arguments.toArray(String[]::new));
  }

  /** Runs without arguments, the sample data being where they are looked for. */
  Ended runSample(String outputName) throws IOException {
    Path home = Files.createDirectories(directory.resolve("home"));
    Files.createSymbolicLink(home.resolve("sample-data"), EmbedSandbox.SAMPLE_DATA);
    output = home.resolve(outputName);
    System.setProperty(JobRunner.HOME_PROPERTY, home.toString());
    try {
      return JobHarness.run(job.get());
    } finally {
      System.clearProperty(JobRunner.HOME_PROPERTY);
    }
  }

  Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  List<Row> rows() {
    return LocalSpark.twoCores().read().parquet(output.toString()).orderBy("id").collectAsList();
  }

  Path heed(String name) {
    return output.resolve("_heed").resolve(name);
  }

  JsonNode report() throws IOException {
    return new ObjectMapper().readTree(heed("report.json").toFile());
  }

  void assertDone(Ended ended) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(EmbedSandbox.namesIn(output.getParent())).containsExactly("out");
  }
}
