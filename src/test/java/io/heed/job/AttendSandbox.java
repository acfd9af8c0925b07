package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.attend.AttendJob;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Runs of {@code jobs/attend} in a directory, and what they put out. */
record AttendSandbox(Path directory) {
  static final int HEADS = 8;
  private static final Path SAMPLE = Path.of("sample-data", "transformer");

  Path output() {
    return directory.resolve("out");
  }

  Ended run(Path input, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--input", input.toString(), "--output", output().toString(), "--overwrite"));
    arguments.addAll(Arrays.asList(options));
    LocalSpark.twoCores();
    return JobHarness.run(new AttendJob(), arguments.toArray(String[]::new));
  }

  List<Row> rows(Path input, String... options) {
    Ended ended = run(input, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return LocalSpark.twoCores().read().parquet(output().toString()).orderBy("id").collectAsList();
  }

  Path write(String name, List<String> lines) throws IOException {
    return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n");
  }

  static String[] and(String[] options, String... more) {
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return all;
  }

  static String[] sample(String... more) {
    return and(
        new String[] {
          "--tokens-column", "tokens",
          "--embedding", SAMPLE.resolve("embedding.safetensors").toString(),
          "--weights", SAMPLE.resolve("attention.safetensors").toString(),
          "--heads", String.valueOf(HEADS)
        },
        more);
  }

  List<Row> rejected() {
    return LocalSpark.twoCores()
        .read()
        .parquet(output().resolve("_heed/rejected").toString())
        .orderBy("position")
        .collectAsList();
  }

  static float[][] vectors(Row row) {
    return vectors(row.getList(row.fieldIndex("context")));
  }

  static String bits(Row row) {
    return Arrays.deepToString(vectors(row));
  }

  static float[][] vectors(List<?> vectors) {
    float[][] values = new float[vectors.size()][];
    for (int i = 0; i < values.length; i++) {
      List<?> vector = elements(vectors.get(i));
      values[i] = new float[vector.size()];
      for (int j = 0; j < values[i].length; j++) {
        values[i][j] = (Float) vector.get(j);
      }
    }
    return values;
  }

  static List<?> elements(Object sequence) {
    return CollectionConverters.asJava((Seq<?>) sequence);
  }
}
