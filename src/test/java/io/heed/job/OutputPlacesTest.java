package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.FileNames;
import io.heed.LocalSpark;
import io.heed.attend.AttendJob;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import io.heed.output.FullStore;
import io.heed.regress.RegressJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs of every name, beside what is read, and on disks that fill up; all jobs alike. */
class OutputPlacesTest {
  private static final String TEXT = "{\"id\": 1, \"text\": \"a\", \"x\": 1, \"label\": 2}\n";
  private static final String VECTORS = "{\"id\": 1, \"query\": [[1, 2]], \"context\": [[3, 4]]}\n";
  private static final String[] NO_OPTIONS = {};

  @TempDir Path directory;

  private Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private Ended run(Job job, Path input, Object output, String... options) {
    LocalSpark.twoCores();
    List<String> arguments =
        new ArrayList<>(
            List.of("--input", input.toString(), "--output", output.toString(), "--overwrite"));
    arguments.addAll(Arrays.asList(options));
    return JobHarness.run(job, arguments.toArray(String[]::new));
  }

  private Ended embed(Path input, Object output, Object model) {
    return run(new EmbedJob(), input, output, "--model", model.toString());
  }

  private static void assertRefused(Ended ended, String message) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.BAD_OUTPUT);
    assertThat(ended.err()).contains("heed: " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run=[7]", "out {{ ds }}", "a*b?", "back\\slash", "a:b", "50%20 #größe"})
  void anOutputHasAnyName(String name) throws IOException {
    FileNames.assumeWritable(name);
    Path output = directory.resolve("outputs").resolve(name);
    Ended ended = embed(write("in.jsonl", TEXT), output, EmbedSandbox.SAMPLE_MODEL);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.out()).contains("embedding").contains("token_count");
    assertThat(ended.err()).doesNotContain("warning");
    assertThat(output.resolve("_SUCCESS")).exists();
  }

  @Test
  void aRegressionKeepsItsTrainingRowsInAnOutputOfAnyName() throws IOException {
    Path input = write("in.jsonl", TEXT);
    Ended ended =
        run(
            new RegressJob(),
            input,
            directory.resolve("outputs/[x] {y}"),
            "--queries",
            input.toString(),
            "--features",
            "x",
            "--weighting",
            "average");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void theModelIsNotReplaced() throws IOException {
    Path input = write("in.jsonl", TEXT);
    Path output = directory.resolve("out");
    assertThat(embed(input, output, EmbedSandbox.SAMPLE_MODEL).exit()).isEqualTo(ExitCode.DONE);
    Path model = output.resolve("model");
    FileUtils.copyDirectory(EmbedSandbox.SAMPLE_MODEL.toFile(), model.toFile());
    Path link = Files.createSymbolicLink(directory.resolve("link"), model);

    String holds = "output file:%s holds the model file:%s".formatted(output, model);
    assertRefused(embed(input, output, model), holds);
    assertRefused(embed(input, output + "/", "file:" + model + "/"), holds);
    assertRefused(embed(input, output, link), holds);
    assertRefused(embed(input, output, Path.of("").toAbsolutePath().relativize(model)), holds);
    assertRefused(embed(input, link, model), "output file:%1$s is the model".formatted(model));
    assertRefused(
        embed(input, model.resolve("out"), model),
        "output file:%s/out lies in the model file:%s".formatted(model, model));
    assertThat(model.resolve("model.safetensors")).exists();
  }

  @Test
  void whatElseIsReadIsNotReplaced() throws IOException {
    Path output = Files.createDirectories(directory.resolve("out"));
    Path vectors = write("in.jsonl", VECTORS);
    Path contexts = write("out/contexts.jsonl", VECTORS);
    assertRefused(
        run(new AttendJob(), vectors, output, "--context-input", contexts.toString()),
        "output file:%s holds the context input file:%s".formatted(output, contexts));
    Path numbers = write("numbers.jsonl", TEXT);
    Path queries = write("out/queries.jsonl", TEXT);
    String[] features = {"--features", "x", "--weighting", "average", "--queries"};
    String[] outside = Arrays.copyOf(features, features.length + 1);
    outside[features.length] = numbers.toString();
    String[] inside = Arrays.copyOf(features, features.length + 1);
    inside[features.length] = queries.toString();
    assertRefused(
        run(new RegressJob(), numbers, output, inside),
        "output file:%s holds the queries file:%s".formatted(output, queries));
    assertRefused(
        run(new RegressJob(), queries, output, outside),
        "output file:%s holds the input file:%s".formatted(output, queries));
    assertThat(EmbedSandbox.namesIn(output)).containsExactly("contexts.jsonl", "queries.jsonl");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2_000, 20_000})
  void aDiskThatFillsUpIsTold(long room) throws IOException {
    String rows =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT,
                        "{\"id\": %d, \"text\": %s, \"query\": [[%d, 2, 3, 4]]}%n",
                        i,
                        i % 20 == 0 ? "null" : "\"a b c " + i * 7919 + '"',
                        i * 31))
            .collect(Collectors.joining());
    Path input = write("in.jsonl", rows);
    assertFull(new EmbedJob(), room, input, "--model", EmbedSandbox.SAMPLE_MODEL.toString());
    assertFull(new AttendJob(), Math.min(room, 500), input, NO_OPTIONS);
  }

  private void assertFull(Job job, long room, Path input, String... options) throws IOException {
    Configuration hadoop = LocalSpark.twoCores().sparkContext().hadoopConfiguration();
    FullStore.open(hadoop, room);
    Path output = directory.resolve("full").resolve(job.name());
    Ended ended = run(job, input, FullStore.SCHEME + "://" + output, options);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.BAD_OUTPUT);
    assertThat(ended.err()).contains("heed: ").contains(": No space left on device");
    assertThat(ended.err()).doesNotContain("TASK_WRITE_FAILED");
    assertThat(output).doesNotExist();
  }
}
