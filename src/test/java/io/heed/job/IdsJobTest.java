package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.LocalSpark;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.generate.GenerateJob;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids of every type: what depends on them, and rows of every type that are rejected. */
class IdsJobTest {
  private static final String ZONE = "spark.sql.session.timeZone";
  private static final String CLASSES = "spark.sql.datetime.java8API.enabled";

  @TempDir Path directory;
  private EmbedSandbox job;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
  }

  private Path table(String name, String columns, int rows) {
    Path path = directory.resolve(name);
    LocalSpark.twoCores()
        .sql(String.format(Locale.ROOT, "SELECT %s FROM range(0, %d, 1, 2)", columns, rows))
        .write()
        .parquet(path.toString());
    return path;
  }

  private List<String> drawn(Path model, Path input, String output) {
    Path path = directory.resolve(output);
    Ended ended =
        JobHarness.run(
            new GenerateJob(),
            "--input",
            input.toString(),
            "--output",
            path.toString(),
            "--model",
            model.toString(),
            "--tokens-column",
            "tokens",
            "--temperature",
            "1",
            "--seed",
            "5",
            "--max-new-tokens",
            "6",
            "--keep-columns",
            "n");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    return LocalSpark.twoCores()
        .read()
        .parquet(path.toString())
        .orderBy("n")
        .collectAsList()
        .stream()
        .map(row -> row.getList(row.fieldIndex("generated_ids")).toString())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CAST(repeat(string(id), 16) AS BINARY)",
        "struct(CAST(string(id) AS BINARY) AS b, id AS n)",
        "array(CAST(string(id) AS BINARY))",
        "map('a', CAST(string(id) AS BINARY), 'b', binary('x'))",
        "timestamp_micros(id * 1000003)",
        "make_dt_interval(0, 0, 0, id)",
        "parse_json(concat('{\"k\": ', id, '}'))",
        "DOUBLE(id) / 3"
      })
  void drawsDependOnTheValueOfTheIdAlone(String id) throws IOException {
    SparkSession spark = LocalSpark.twoCores();
    Path model =
        GptCheckpointFixture.of(Form.GPT2, 1, 32, 2, 50, 17).write(directory.resolve("gpt"));
    Path input = table("in.parquet", id + " AS id, id AS n, array(1, 2, 3) AS tokens", 6);
    List<String> first = drawn(model, input, "first");
    assertThat(first).hasSize(6).doesNotHaveDuplicates();
    String zone = spark.conf().get(ZONE);
    try {
      spark.conf().set(ZONE, "Asia/Kathmandu");
      spark.conf().set(CLASSES, true);
      assertThat(drawn(model, input, "second")).isEqualTo(first);
    } finally {
      spark.conf().set(ZONE, zone);
      spark.conf().unset(CLASSES);
    }
  }

  @Test
  void anIdThatItsTypeWouldRoundIsRejected() {
    Path input =
        job.write(
            "in.jsonl",
            """
            {"id": 0.5, "text": "a"}
            {"id": 1e3, "text": "a"}
            {"id": 0.1, "text": "a"}
            {"id": 0.12345678901234567890, "text": "a"}
            {"id": 9007199254740993, "text": "a"}
            {"id": 9007199254740992, "text": "a"}
            """);
    job.run(input, "--max-rejected-fraction", "1");
    assertThat(job.rejected())
        .extracting(row -> row.getString(1), row -> row.getString(2))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "wrong_type",
                "column id: 0.12345678901234567890 has more digits than a double holds;"
                    + " --input-schema can declare the id as string"),
            org.assertj.core.groups.Tuple.tuple(
                "wrong_type",
                "column id: 9007199254740993 has more digits than a double holds;"
                    + " --input-schema can declare the id as string"));
    assertThat(job.table().count()).isEqualTo(4);
  }

  @Test
  void anIdOfCsvThatItsTypeWouldRoundIsRejected() {
    Path input =
        job.write(
            "in.csv", "id,text\n2024-02-29T12:00:00.123456Z,a\n2024-02-29T12:00:00.1234567Z,a\n");
    job.run(input, "--input-schema", "id TIMESTAMP", "--max-rejected-fraction", "1");
    assertThat(job.rejected()).extracting(row -> row.getString(1)).containsExactly("wrong_type");
  }

  @Test
  void idsInTheNamesOfDirectoriesKeepTheirText() throws IOException {
    Path part = table("part", "'a' AS text", 1);
    Path input = directory.resolve("in");
    org.apache.commons.io.FileUtils.moveDirectory(part.toFile(), input.resolve("id=0123").toFile());
    job.assertFailed(
        job.run(input, "--id-column", "id"),
        ExitCode.BAD_ARGUMENTS_OR_INPUT,
        "the ids in the names of directories would be read as int, which id=0123 is not written"
            + " as: spark.sql.sources.partitionColumnTypeInference.enabled=false keeps their text");
    String inference = "spark.sql.sources.partitionColumnTypeInference.enabled";
    LocalSpark.twoCores().conf().set(inference, false);
    try {
      assertThat(job.rowsOf(input, "--id-column", "id"))
          .extracting(row -> row.get(0))
          .containsExactly("0123");
    } finally {
      LocalSpark.twoCores().conf().unset(inference);
    }
  }

  @Test
  void aRejectedRowIsAsItWas() {
    String[][] columns = {
      {"day", "INTERVAL '1 02:03:04.000005' DAY TO SECOND", "\"PT26H3M4.000005S\""},
      {"month", "INTERVAL '1-2' YEAR TO MONTH", "\"P1Y2M\""},
      {"variant", "parse_json('{\"b\": [1, 2.50], \"a\": null}')", "{\"a\":null,\"b\":[1,2.5]}"},
      {"instant", "timestamp_micros(1709210096789123)", "\"2024-02-29T12:34:56.789123Z\""},
      {"old", "timestamp_micros(-30000000000000001)", "\"1019-05-04T18:39:59.999999Z\""},
      {"ntz", "TIMESTAMP_NTZ'2024-02-29 12:00:00'", "\"2024-02-29T12:00:00\""},
      {"bytes", "X'010203'", "\"AQID\""},
      {"exact", "CAST('12345678901234567890.50' AS DECIMAL(38, 2))", "12345678901234567890.50"},
      {"nan", "DOUBLE('NaN')", "\"NaN\""},
      {"float", "FLOAT('0.1')", "0.1"},
      {"days", "array(INTERVAL '1' DAY, NULL)", "[\"PT24H\",null]"},
      {
        "inside",
        "struct(parse_json('1') AS v, DATE'2024-02-29' AS d)",
        "{\"v\":1,\"d\":\"2024-02-29\"}"
      },
      {"keyed", "map(INTERVAL '1' DAY, X'01')", "[{\"key\":\"PT24H\",\"value\":\"AQ==\"}]"},
    };
    StringBuilder select = new StringBuilder("id, if(id = 1, NULL, 'a') AS text");
    StringBuilder expected = new StringBuilder("{\"id\":1,\"text\":null");
    StringBuilder names = new StringBuilder();
    for (String[] column : columns) {
      select.append(", ").append(column[1]).append(" AS ").append(column[0]);
      expected.append(",\"").append(column[0]).append("\":").append(column[2]);
      names.append(names.isEmpty() ? "" : ",").append(column[0]);
    }
    Path input = table("in.parquet", select.toString(), 4);
    String zone = LocalSpark.twoCores().conf().get(ZONE);
    LocalSpark.twoCores().conf().set(ZONE, "Asia/Kathmandu");
    try {
      List<Row> rows =
          job.rowsOf(input, "--keep-columns", names.toString(), "--max-rejected-fraction", "0.5");
      assertThat(rows).hasSize(3);
    } finally {
      LocalSpark.twoCores().conf().set(ZONE, zone);
    }
    assertThat(job.rejected()).hasSize(1);
    String row = job.rejected().get(0).getString(5);
    for (String[] column : columns) {
      assertThat(row).contains('"' + column[0] + "\":" + column[2]);
    }
    assertThat(row).hasSameSizeAs(expected.append('}').toString());
  }

  @Test
  void idsOfRejectedRowsAreToldExactly() {
    Path input =
        table(
            "in.parquet",
            "named_struct('t', timestamp_micros(id), 'b', X'ff') AS id,"
                + " CAST(NULL AS STRING) AS text",
            1);
    job.run(input, "--max-rejected-fraction", "1");
    assertThat(job.rejected())
        .extracting(row -> row.getString(0))
        .containsExactly("{\"t\":\"1970-01-01T00:00:00Z\",\"b\":\"/w==\"}");
  }
}
