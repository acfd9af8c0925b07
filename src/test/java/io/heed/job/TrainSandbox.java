package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.checkpoint.Sha256;
import io.heed.job.JobHarness.Ended;
import io.heed.score.ScoreJob;
import io.heed.train.TrainJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Trains tiny models of token ids into outputs of a directory. */
final class TrainSandbox {
  static final int VOCABULARY = 61;
  static final int POSITIONS = 16;

  private final Path directory;

  TrainSandbox(Path directory) {
    this.directory = directory;
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /** The line of a row. */
  static String row(String id, int... ids) {
    return String.format(
        Locale.ROOT,
        "{\"id\": \"%s\", \"tokens\": %s}",
        id,
        ids == null ? "null" : Arrays.toString(ids));
  }

  /** Lines of rows of 2 to 40 ids, each of which mostly follows from the one before. */
  static List<String> rows(String prefix, long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < count; r++) {
      int[] ids = new int[2 + random.nextInt(39)];
      ids[0] = random.nextInt(VOCABULARY);
      for (int t = 1; t < ids.length; t++) {
        ids[t] =
            random.nextInt(10) < 8
                ? (ids[t - 1] * 5 + 11) % VOCABULARY
                : random.nextInt(VOCABULARY);
      }
      lines.add(row(String.format(Locale.ROOT, "%s-%03d", prefix, r), ids));
    }
    return lines;
  }

  Path write(String name, List<String> lines) {
    try {
      Files.createDirectories(path(name).getParent());
      return Files.write(path(name), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table that most tests train on. */
  Path input() {
    return write("rows.jsonl", rows("row", 1, 90));
  }

  /** The same table in a directory of so many files. */
  Path input(int files) {
    List<String> lines = rows("row", 1, 90);
    for (int file = 0; file < files; file++) {
      write(
          "parts/part-" + file + ".jsonl",
          lines.subList(90 * file / files, 90 * (file + 1) / files));
    }
    return path("parts");
  }

  /** The table of rows that are held out, some longer than the model's positions. */
  Path heldOut() {
    return write("held-out.jsonl", rows("held", 2, 40));
  }

  /** Of a tiny model that is trained for eight steps. */
  static String[] tiny(String... more) {
    return model(eightSteps(more));
  }

  /** Of the tiny model alone. */
  static String[] model(String... more) {
    return with(
        new String[] {
          "--tokens-column",
          "tokens",
          "--vocabulary",
          Integer.toString(VOCABULARY),
          "--size",
          "1x48x3",
          "--positions",
          Integer.toString(POSITIONS)
        },
        more);
  }

  /** Of a training for eight steps. */
  static String[] eightSteps(String... more) {
    return with(
        new String[] {"--steps", "8", "--batch-size", "8", "--learning-rate", "3e-3"}, more);
  }

  static String[] with(String[] options, String... more) {
    return Stream.of(options, more).flatMap(Stream::of).toArray(String[]::new);
  }

  /** Trains on a table into the output of this name. */
  Ended train(String output, Path input, String... options) {
    return run(new TrainJob(), output, input, options);
  }

  Ended run(Job job, String output, Path input, String... options) {
    String[] places = {"--input", input.toString(), "--output", path(output).toString()};
    return JobHarness.run(job, with(places, options));
  }

  /** Trains, and fails where training does. */
  Ended trained(String output, Path input, String... options) {
    Ended ended = train(output, input, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return ended;
  }

  /** Where checkpoints are while a model is trained. */
  Path state(String output) {
    return path(output + ".training");
  }

  /** SHA-256 of the weights of an output or a checkpoint. */
  static String hash(Path checkpoint) {
    try {
      return Sha256.of(checkpoint.resolve("model.safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String hash(String output) {
    return hash(path(output));
  }

  /** What the report of an output has of training. */
  JsonNode told(String output) throws IOException {
    return report(output).required("training");
  }

  JsonNode report(String output) throws IOException {
    return new ObjectMapper().readTree(path(output).resolve("_heed/report.json").toFile());
  }

  /** The loss of a table by {@code jobs/score}. */
  double scored(SparkSession spark, Path model, Path input, String... options) {
    double sum = 0;
    long tokens = 0;
    for (Row row : served(spark, new ScoreJob(), model, input, options)) {
      sum += row.<Double>getAs("log_likelihood");
      tokens += row.<Integer>getAs("token_count") - 1;
    }
    return -sum / tokens;
  }

  /** What a job makes of a table by a model, in the order of the ids. */
  List<Row> served(SparkSession spark, Job job, Path model, Path input, String... options) {
    String output = job.name() + "-by-" + model.getFileName();
    Ended ended =
        run(job, output, input, with(options, "--model", model.toString(), "--overwrite"));
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return spark.read().parquet(path(output).toString()).orderBy("id").collectAsList();
  }

  /** A run that failed told why in one line and left no output. */
  void assertRefused(String output, Ended ended, ExitCode exit, String... message) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    List<String> lines =
        ended
            .err()
            .lines()
            .filter(line -> line.startsWith("heed: "))
            .filter(line -> !line.startsWith("heed: --stack-trace"))
            .filter(line -> !line.startsWith("heed: resuming at step "))
            .toList();
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0)).contains(message);
    assertThat(path(output)).doesNotExist();
  }
}
