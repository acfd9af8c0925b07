package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heed.LocalSpark;
import io.heed.discretize.DiscretizeJob;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscretizeJobTest extends JobSuite {
  private static final Path BARS = EmbedSandbox.SAMPLE_DATA.resolve("bars.jsonl");
  private static final Path FITTED = EmbedSandbox.SAMPLE_DATA.resolve("bars-gpt/discretizer.json");

  DiscretizeJobTest() {
    super(DiscretizeJob::new);
  }

  private static void assertTold(Ended ended, ExitCode exit, String message) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    assertThat(ended.err().lines().filter(line -> line.startsWith("heed: ")))
        .anySatisfy(line -> assertThat(line).startsWith("heed: " + message));
  }

  @Test
  void the_sample_runs_without_arguments() throws IOException {
    Ended ended = runSample("target/sample-discretizer");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(heed("discretizer.json")).hasSameTextualContentAs(FITTED);
    assertThat(rows()).hasSize(60);
    assertThat(ended.out())
        .startsWith("discretize: complete\n")
        .contains("160 token ids, fitted to ")
        .contains("copy _heed/discretizer.json beside the config.json");
    JsonNode fitted = report().required("fitted");
    long tokens = rows().stream().mapToLong(row -> row.getList(1).size()).sum();
    assertThat(fitted.required("bars").longValue()).isEqualTo(tokens / 5);
    assertThat(fitted.required("vocabulary").intValue()).isEqualTo(160);
    assertThat(fitted.required("bins").required("close").intValue()).isEqualTo(32);
  }

  @ParameterizedTest
  @CsvSource({"double,1", "double,7", "'decimal(12,2)',3"})
  void parquet_in_any_number_of_tasks_gives_the_same(String type, String partitions) {
    assertDone(run(BARS, "--series-column", "bars", "--bins", "32"));
    List<Row> fromJson = rows();
    Path parquet = directory.resolve("bars.parquet");
    Dataset<Row> bars = LocalSpark.twoCores().read().json(BARS.toString());
    String cast =
        "array<struct<close:%1$s,high:%1$s,low:%1$s,open:%1$s,volume:bigint>>".formatted(type);
    bars.withColumn("bars", functions.col("bars").cast(cast))
        .repartition(5)
        .write()
        .parquet(parquet.toString());
    assertDone(
        run(
            parquet,
            "--series-column",
            "bars",
            "--bins",
            "32",
            "--partitions",
            partitions,
            "--overwrite"));
    assertThat(rows()).isEqualTo(fromJson).hasSize(60);
    assertThat(heed("discretizer.json")).hasSameTextualContentAs(FITTED);
  }

  private static String bars(double... closes) {
    return IntStream.range(0, closes.length)
        .mapToObj(
            i ->
                String.format(
                    Locale.ROOT,
                    "{\"open\": %1$s, \"high\": %1$s, \"low\": %1$s, \"close\": %1$s, \"volume\": %2$d}",
                    closes[i],
                    10 + i))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private Path withBadRows() throws IOException {
    return write(
        "bad.jsonl",
        """
        {"id": 1, "bars": %s, "note": "x"}
        {"id": 2, "bars": null, "note": "x"}
        {"id": 3, "bars": %s, "note": "x"}
        {"id": 4, "bars": %s, "note": "x"}
        {"id": 5, "bars": [{"open": 1}], "note": "x"}
        {"id": 6, "bars": %s, "note": "y"}
        {"id": 7, "note": "x"}
        {"id": 8, "bars": %s}
        """
            .formatted(bars(10, 11, 12), bars(10), bars(10, -1, 12), bars(20, 19), bars(30, 31)));
  }

  @Test
  void rows_that_cannot_be_used_are_rejected_and_not_fitted() throws IOException {
    Ended ended =
        run(
            withBadRows(),
            "--series-column",
            "bars",
            "--bins",
            "3",
            "--keep-columns",
            "note",
            "--max-rejected-fraction",
            "0.8");
    assertDone(ended);
    assertThat(rows()).extracting(row -> row.getLong(0)).containsExactly(1L, 6L);
    assertThat(rows()).extracting(row -> row.getString(1)).containsExactly("x", "y");
    assertThat(rows().get(0).getList(2)).hasSize(10);
    assertThat(rows().get(1).getList(2)).hasSize(5);
    Dataset<Row> table = LocalSpark.twoCores().read().parquet(heed("rejected").toString());
    Map<Long, String> rejected =
        table.collectAsList().stream()
            .collect(
                Collectors.toMap(
                    row -> row.<Long>getAs("id"),
                    row -> row.getAs("reason") + ": " + row.getAs("message")));
    assertThat(rejected)
        .containsEntry(2L, "null_series: the bars are null")
        .containsEntry(
            3L,
            "too_few_bars: the row has 1 bars, fewer than 2: the first is what the second is"
                + " measured by")
        .containsEntry(4L, "not_a_bar: bar 1: open -1.0 is not from 1.0E-100 to 1.0E100")
        .containsEntry(5L, "wrong_type: column bars: bar 0, high, null, is not of type number")
        .containsEntry(7L, "missing_column: the row has no column bars")
        .containsEntry(8L, "missing_column: the row has no column note")
        .hasSize(6);
    assertThat(report().required("fitted").required("bars").intValue()).isEqualTo(3);
  }

  @Test
  void too_many_rejected_rows_publish_nothing_else() throws IOException {
    assertTold(
        run(withBadRows(), "--series-column", "bars"),
        ExitCode.TOO_MANY_REJECTED,
        "5 of 8 rows were rejected");
    assertThat(heed("discretizer.json")).doesNotExist();
    assertThat(report().required("complete").booleanValue()).isFalse();
    assertThat(report().required("bins").textValue()).endsWith("fitted to 4 bars");
  }

  @Test
  void nothing_to_fit_is_an_error() throws IOException {
    String message = "there is nothing to fit bins to";
    Path empty = write("empty.jsonl", "");
    assertTold(
        run(empty, "--series-column", "bars", "--input-schema", "bars ARRAY<DOUBLE>"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "column bars is of type array<double>");
    String schema =
        "bars ARRAY<STRUCT<open: DOUBLE, high: DOUBLE, low: DOUBLE, close: DOUBLE, volume: BIGINT>>";
    assertTold(
        run(empty, "--series-column", "bars", "--input-schema", schema),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        message);
    Path one = write("one.jsonl", "{\"id\": 1, \"bars\": %s}".formatted(bars(1)));
    assertTold(
        run(one, "--series-column", "bars", "--max-rejected-fraction", "1"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        message);
    assertThat(output).doesNotExist();
  }

  @Test
  void options_are_checked_before_anything_is_read() {
    assertTold(
        run("nowhere.jsonl"), ExitCode.BAD_ARGUMENTS_OR_INPUT, "--series-column is required");
    assertTold(
        run("nowhere.jsonl", "--series-column", "bars", "--bins", "1"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "--bins: '1' is not in range; expected a whole number from 2 to 4096");
    assertTold(
        run(BARS, "--series-column", "prices"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "there is no column prices");
  }
}
