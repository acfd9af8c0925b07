package io.heed.job;

import static io.heed.job.EmbedSandbox.assertTold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.embed.EmbedJob;
import io.heed.job.JobHarness.Ended;
import io.heed.settings.Configuration;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where values come from, what the run tells of them, and which are refused. */
class EmbedJobOptionsTest {
  @TempDir Path directory;
  private EmbedSandbox job;
  private Path input;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
    input =
        job.write("in.jsonl", "{\"id\": 1, \"text\": \"The wind came up.\", \"tokens\": [2, 3]}");
  }

  /** Runs as with {@code --conf KEY=VALUE} after {@code --}. */
  private static <T> T withConf(String key, String value, Supplier<T> run) {
    System.setProperty(key, value);
    try {
      return run.get();
    } finally {
      System.clearProperty(key);
    }
  }

  private void assertOption(Ended ended, String name, String value, String origin) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.err().lines().map(line -> line.replaceAll(" +", " ")))
        .contains("%s %s (%s)".formatted(name, value, origin));
    JsonNode option = job.report().required("options").required(name);
    assertThat(option.required("value").textValue()).isEqualTo(value);
    assertThat(option.required("origin").textValue()).isEqualTo(origin);
  }

  @Test
  void anOptionGoesBeforeAKeyBeforeTheCheckpointBeforeTheDefault() {
    Path bare = job.path("bare");
    CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, bare)
        .without("modules.json")
        .without("1_Pooling/config.json");
    String[] bareModel = {"--overwrite", "--model", bare.toString()};
    assertOption(job.run(input, bareModel), "pooling", "mean", "default");

    Ended own = job.run(input, "--overwrite");
    assertOption(own, "pooling", "mean", "1_Pooling/config.json");
    assertOption(own, "normalize", "true", "modules.json");
    assertOption(own, "max-length", "256", "sentence_bert_config.json");
    assertOption(own, "text-column", "text", "default");
    List<Row> mean = job.table().collectAsList();

    String key = "spark.heed.pooling";
    assertOption(withConf(key, "cls", () -> job.run(input, "--overwrite")), "pooling", "cls", key);
    List<Row> cls = job.table().collectAsList();
    assertThat(cls).isNotEqualTo(mean);

    Ended both = withConf(key, "mean", () -> job.run(input, "--overwrite", "--pooling", "cls"));
    assertOption(both, "pooling", "cls", "--pooling");
    assertThat(job.table().collectAsList()).isEqualTo(cls);
  }

  @Test
  void theTableFollowsTheHelpText() {
    Ended ended = job.run(input, "--normalize", "false");
    List<String> told =
        ended
            .err()
            .lines()
            .filter(line -> line.endsWith(")"))
            .map(line -> line.split(" ")[0])
            .toList();
    List<String> help = new EmbedJob().settings().stream().map(setting -> setting.name()).toList();
    assertThat(told)
        .isSubsetOf(help)
        .isSortedAccordingTo((a, b) -> help.indexOf(a) - help.indexOf(b));
    assertThat(told).contains("input", "output", "model", "progress", "partitions");
    Set<String> reported = new TreeSet<>();
    job.report().required("options").fieldNames().forEachRemaining(reported::add);
    assertThat(reported).containsExactlyInAnyOrderElementsOf(told);
  }

  @Test
  void theReportHasWhatTheRunWas() {
    Ended ended = job.run(input);
    JsonNode report = job.report();
    assertThat(report.required("complete").booleanValue()).isTrue();
    assertThat(report.required("rowsIn").longValue()).isEqualTo(1);
    assertThat(report.required("rowsOut").longValue()).isEqualTo(1);
    assertThat(report.required("rowsRejected").longValue()).isZero();
    assertThat(report.required("rowsTruncated").longValue()).isZero();
    int tokens = job.table().collectAsList().get(0).getAs("token_count");
    assertThat(report.required("tokens").longValue()).isEqualTo(tokens).isGreaterThan(4);
    double wall = report.required("wallSeconds").doubleValue();
    double compute = report.required("computeSeconds").doubleValue();
    assertThat(wall).isGreaterThan(compute).isPositive();
    double cpu = report.required("computeCpuSeconds").doubleValue();
    assertThat(cpu).isNotNegative().isLessThanOrEqualTo(compute + 0.001);
    assertThat(report.required("tokensPerComputeCpuSecond").doubleValue()).isPositive();
    assertThat(report.required("tokensPerSecond").doubleValue()).isPositive();
    assertThat(report.required("tokensPerComputeSecond").doubleValue()).isPositive();
    JsonNode model = report.required("model");
    assertThat(model.required("path").textValue()).isEqualTo(EmbedSandbox.SAMPLE_MODEL.toString());
    assertThat(model.required("hash").textValue()).matches("[0-9a-f]{64}");
    assertThat(model.required("architecture").textValue()).startsWith("bert, 2 layers, width 128");
    assertThat(report.required("kernel").required("name").textValue()).isNotEmpty();
    assertThat(report.required("kernel").required("reason").textValue()).isNotEmpty();
    assertThat(ended.out()).startsWith("embed: complete\n").contains(" truncated\n");
  }

  @Test
  void aPromptIsPutBeforeEachText() {
    List<Row> named = job.rowsOf(input, "--prompt-name", "query");
    List<Row> given = job.rowsOf(input, "--prompt", "query: ", "--overwrite");
    List<Row> none = job.rowsOf(input, "--overwrite");
    assertThat(named).isEqualTo(given).isNotEqualTo(none);
  }

  @Test
  void aPromptIsTakenAsItIs() {
    List<Row> named = job.rowsOf(input, "--prompt", "@" + input);
    assertThat(named.get(0).<Integer>getAs("token_count")).isGreaterThan(8);
  }

  @Test
  void aVectorPerToken() {
    Row row = job.rowsOf(input, "--pooling", "tokens").get(0);
    assertThat(job.table().schema().apply("embedding").dataType().simpleString())
        .isEqualTo("array<array<float>>");
    assertThat(row.getList(row.fieldIndex("embedding"))).hasSize(row.<Integer>getAs("token_count"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--input-format | avro | one of jsonl, csv, text, parquet",
        "--overwrite | maybe | true or false",
        "--keep-columns | a,,b | a list of names separated by commas",
        "--pooling | sum | one of mean, cls, max, last, mean-sqrt-len, weighted-mean, tokens, or several of them",
        "--normalize | yes | true or false",
        "--max-length | 0 | in range; expected a whole number from 1 to 2147483647",
        "--max-length | 9999999999 | in range; expected a whole number from 1 to 2147483647",
        "--batch-tokens | 1k | a whole number from 1 to 1048576",
        "--max-rejected-fraction | 1.5 | a number from 0 to 1",
        "--max-rejected-fraction | NaN | a number from 0 to 1",
        "--with-attention | 1,,2 | a list of whole numbers separated by commas, such as 1,-1",
        "--with-attention | last | a list of whole numbers separated by commas, such as 1,-1",
        "--heat-maps | 101 | in range; expected a whole number from 0 to 100",
        "--heat-maps | -1 | in range; expected a whole number from 0 to 100",
        "--split-bytes | 1k | in range; expected a size from 65536 to 9223372036854775807 bytes, such"
            + " as 8m",
        "--kernel | gpu | one of auto, simd, reference",
        "--progress | maybe | one of auto, on, off",
        "--stack-trace | no | true or false"
      })
  void valuesThatBreakTheirRule(String option, String value, String rule) {
    String message = "%s: '%s' is not %s".formatted(option, value, rule);
    job.assertFailed(job.run(input, option, value), ExitCode.BAD_ARGUMENTS_OR_INPUT, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "some", "-1"})
  void partitionsAreAWordOrANumber(String value) {
    Ended ended = job.run(input, "--partitions", value);
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(ended.err()).startsWith("heed: --partitions: '%s' is not ".formatted(value));
  }

  static Stream<Arguments> misfits() {
    return Stream.of(
        arguments(
            "--prompt-name none",
            "--prompt-name none is not a prompt of the checkpoint; it has passage, query"),
        arguments(
            "--prompt x --prompt-name query", "--prompt and --prompt-name exclude each other"),
        arguments(
            "--tokens-column tokens --prompt x",
            "a prompt is put before texts; with --tokens-column there are none"),
        arguments(
            "--tokens-column tokens --text-column text",
            "--text-column and --tokens-column exclude each other"),
        arguments(
            "--max-length 513",
            "--max-length 513 exceeds the 512 positions of the model (config.json)"),
        arguments(
            "--max-length 1",
            "--max-length 1 has no room for the 2 special tokens of the tokenizer"),
        arguments(
            "--with-attention 3",
            "--with-attention 3 is not a layer of the model, which has 2 (config.json): 1 to 2,"
                + " or -1 to -2 from the last"),
        arguments(
            "--with-attention 1,0",
            "--with-attention 0 is not a layer of the model, which has 2 (config.json): 1 to 2,"
                + " or -1 to -2 from the last"),
        arguments(
            "--with-attention -3",
            "--with-attention -3 is not a layer of the model, which has 2 (config.json): 1 to 2,"
                + " or -1 to -2 from the last"),
        arguments("--with-attention 2,-1", "--with-attention names layer 2 twice"),
        arguments(
            "--heat-maps 2", "--heat-maps 2 draws attention weights, so it needs --with-attention"),
        arguments(
            "--pooling tokens,mean",
            "--pooling tokens gives a vector per token, and goes with no other"),
        arguments("--dimensions 999", "--dimensions 999 exceeds the 128 values of a vector"),
        arguments(
            "--task search",
            "--task: the checkpoint does not know the task 'search'; it knows document, passage, query"),
        arguments("--poling cls", "--poling is not an option; did you mean --pooling?"),
        arguments(
            "--pooling",
            "--pooling needs a value: mean|cls|max|last|mean-sqrt-len|weighted-mean|tokens[,...]"),
        arguments(
            "--pooling --normalize true",
            "--pooling needs a value: mean|cls|max|last|mean-sqrt-len|weighted-mean|tokens[,...]"),
        arguments("--pooling cls --pooling max", "--pooling is given more than once"),
        arguments(
            "cls", "'cls' belongs to no option; every input is given by name, as in --input PATH"));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void optionsThatDoNotFit(String options, String message) {
    Ended ended = job.run(input, options.split(" "));
    job.assertFailed(ended, ExitCode.BAD_ARGUMENTS_OR_INPUT, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"input", "output", "model"})
  void optionsThatMustBeGiven(String name) {
    List<String> all =
        List.of("input", input.toString(), "output", "x", "model", "y", "pooling", "cls");
    int without = all.indexOf(name);
    String[] arguments =
        IntStream.range(0, all.size())
            .filter(i -> i != without && i != without + 1)
            .mapToObj(i -> i % 2 == 0 ? "--" + all.get(i) : all.get(i))
            .toArray(String[]::new);
    assertTold(
        job.runWith(arguments),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--%s is required".formatted(name));
  }

  @Test
  void keysThatAreNotThere() {
    Ended ended = withConf("spark.heed.poling", "cls", () -> job.run(input));
    assertThat(ended.exit()).isEqualTo(ExitCode.BAD_ARGUMENTS_OR_INPUT);
    assertThat(ended.err())
        .startsWith(
            "heed: spark.heed.poling is not a setting of Heed; there are spark.heed.pooling,");
    assertTold(
        withConf("spark.heed.pooling", "sum", () -> job.run(input)),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "spark.heed.pooling: 'sum' is not one of mean, cls, max, last, mean-sqrt-len, weighted-mean, tokens, or several of them");
  }

  @Test
  void helpNamesEveryOptionAndKey() {
    Ended ended = job.runWith("--help");
    assertThat(ended.exit()).isEqualTo(ExitCode.DONE);
    assertThat(ended.err()).isEmpty();
    for (var setting : new EmbedJob().settings()) {
      assertThat(ended.out()).contains(" " + setting.option());
    }
    for (var setting : Configuration.settings()) {
      boolean isMine = new EmbedJob().settings().contains(setting);
      assertThat(ended.out().contains("Key: " + setting.key() + "\n")).isEqualTo(isMine);
    }
    assertThat(ended.out().split("\\(required\\)", -1)).hasSize(4);
  }
}
