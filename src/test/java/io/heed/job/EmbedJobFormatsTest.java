package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.github.luben.zstd.ZstdOutputStream;
import io.heed.FileNames;
import io.heed.LocalSpark;
import io.heed.checkpoint.CheckpointCopy;
import io.heed.job.JobHarness.Ended;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of input through the whole job. */
class EmbedJobFormatsTest {
  private static final List<String> TEXTS =
      List.of("A plain line.", "He said \"stop\", twice.", "The café is open, Ünal said.");
  private static final String JSON_LINES =
      """
      {"id": 0, "text": "A plain line."}
      {"id": 1, "text": "He said \\"stop\\", twice."}

      {"id": 2, "text": "The caf\\u00e9 is open, Ünal said."}
      """;

  @TempDir Path directory;
  private EmbedSandbox job;

  @BeforeEach
  void openSandbox() {
    job = new EmbedSandbox(directory);
  }

  @Test
  void allFormatsGiveTheSameVectors() {
    Map<Object, Object> expected = vectorsByText(job.write("in.jsonl", JSON_LINES));
    assertThat(expected.keySet()).containsExactlyInAnyOrderElementsOf(TEXTS);

    String csv =
        "id,text\r\n0,A plain line.\r\n1,\"He said \"\"stop\"\", twice.\"\r\n"
            + "2,\"The café is open, Ünal said.\"\r\n";
    assertThat(vectorsByText(job.write("in.csv", csv))).isEqualTo(expected);
    assertThat(vectorsByText(job.write("in.txt", String.join("\n", TEXTS)))).isEqualTo(expected);
    assertThat(vectorsByText(parquet("in.parquet", JSON_LINES))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "bz2", "zst"})
  void compressedFilesAreReadAsTheirContent(String extension) throws IOException {
    Map<Object, Object> expected = vectorsByText(job.write("in.jsonl", JSON_LINES));
    Path file = job.path("in.jsonl." + extension);
    try (OutputStream out = compressing(extension, Files.newOutputStream(file))) {
      out.write(JSON_LINES.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(vectorsByText(file)).isEqualTo(expected);
  }

  @Test
  void aCsvCellIsEmptyWhereItIsQuotedAndNullWhereNot() {
    Path csv =
        job.write(
            "in.csv",
            "id,text,stars\r\n1,\"two\r\nlines\",4\r\n2,\"\",\r\n"
                + "3,,5\r\n4,\"a \"\"b\"\"\",\"\"\r\n");
    List<Row> rows =
        job.rowsOf(csv, "--keep-columns", "text,stars", "--max-rejected-fraction", "0.25");

    assertThat(rows).extracting(row -> row.getAs("id")).containsExactly("1", "2", "4");
    assertThat(rows)
        .extracting(row -> row.getAs("text"))
        .containsExactly("two\r\nlines", "", "a \"b\"");
    assertThat(rows).extracting(row -> row.getAs("stars")).containsExactly("4", null, "");
    // [CLS] and [SEP] alone.
    assertThat(rows.get(1).<Integer>getAs("token_count")).isEqualTo(2);
    assertThat(job.rejected()).extracting(row -> row.getAs("id")).containsExactly("3");
  }

  @Test
  void everyLineOfTextIsARowNamedByItsPlace() {
    Path text = job.write("in.txt", "one\n\nthrée\nfour");
    List<Row> rows = job.rowsOf(text, "--keep-columns", "text");
    assertThat(rows)
        .extracting(row -> row.getAs("id"), row -> row.getAs("text"))
        .containsExactly(
            tuple("in.txt#0", "one"),
            tuple("in.txt#12", "four"),
            tuple("in.txt#4", ""),
            tuple("in.txt#5", "thrée"));
  }

  @Test
  void idsAreMadeOfPathsBelowTheInput() {
    FileNames.assumeWritable("ä");
    String line = "{\"text\": \"x\"}\n";
    job.write("in/b.jsonl", line + line);
    job.write("in/sub dir/ä.jsonl", line);
    job.write("in/_hidden/c.jsonl", "not json\n");
    job.write("in/.d.jsonl", "not json\n");

    String[] all = {"b.jsonl#0", "b.jsonl#14", "sub dir/ä.jsonl#0"};
    assertThat(job.rowsOf(job.path("in"))).extracting(row -> row.getAs("id")).containsExactly(all);
    assertThat(job.rowsOf(job.path("in/*"), "--overwrite"))
        .extracting(row -> row.getAs("id"))
        .containsExactly(all);
    assertThat(job.rowsOf(job.path("in/{b,x}*.jsonl"), "--overwrite"))
        .extracting(row -> row.getAs("id"))
        .containsExactly("b.jsonl#0", "b.jsonl#14");
  }

  @Test
  void pathsMayHaveSpacesAndLettersOfAnyLanguage() {
    FileNames.assumeWritable("дé東");
    Path input = job.write("дані é/my rows.jsonl", JSON_LINES);
    Path output = job.path("résultats 1/выход x");
    Path model =
        CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, job.path("modèle für 東京")).directory();
    String[] options = {"--output", output.toString(), "--model", model.toString()};
    assertThat(job.run(input, options).exit()).isEqualTo(ExitCode.DONE);
    assertThat(LocalSpark.twoCores().read().parquet(output.toString()).count()).isEqualTo(3);
    assertThat(EmbedSandbox.namesIn(output.getParent())).containsExactly("выход x");
  }

  @Test
  void everyFileIsReadOnceUnderANameWithColons() throws IOException {
    Path input = job.write("in:1/2024-01-01T10:00:00.jsonl", JSON_LINES).getParent();
    Files.createSymbolicLink(input.resolve("self"), input);
    Path model = CheckpointCopy.of(EmbedSandbox.SAMPLE_MODEL, job.path("model:1")).directory();
    Ended ended = job.run(input, "--model", model.toString());
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(job.report().get("rowsIn").intValue()).isEqualTo(3);
    assertThat(ended.err())
        .containsOnlyOnce("heed: note: each file is read once: file:" + input.resolve("self"));
  }

  @Test
  void idAndKeptColumnsHaveTheTypesOfTheFirstLines() {
    Path input =
        job.write(
            "in.jsonl",
            """
            {"key": 7000000000, "text": "a", "d": 0.5, "b": true, "tags": ["x"], "o": {"k": [1]}}
            {"key": -1, "text": "b", "d": 2, "b": null, "tags": [], "o": null}
            """);
    List<Row> rows = job.rowsOf(input, "--id-column", "key", "--keep-columns", "d,b,tags,o");

    assertThat(job.table().schema().toDDL())
        .isEqualTo(
            "key BIGINT,d DOUBLE,b BOOLEAN,tags ARRAY<STRING>,o STRING,embedding ARRAY<FLOAT>,"
                + "token_count INT,truncated BOOLEAN");
    assertThat(rows)
        .extracting(row -> row.getAs("key"), row -> row.getAs("d"), row -> row.getAs("o"))
        .containsExactly(tuple(-1L, 2.0, null), tuple(7000000000L, 0.5, "{\"k\":[1]}"));
  }

  @Test
  void declaredTypesHoldForIdAndKeptColumns() {
    Path input =
        job.write(
            "in.jsonl",
            """
            {"id": 1, "text": "a", "day": "2024-02-29", "o": {"k": 7, "m": {"x": [1, null]}}}
            {"id": "two", "text": "b", "day": "2024-02-29", "o": null}
            """);
    List<Row> rows =
        job.rowsOf(
            input,
            "--input-schema",
            "id INT, day DATE, o STRUCT<k: INT, m: MAP<STRING, ARRAY<INT>>>",
            "--keep-columns",
            "o,day",
            "--max-rejected-fraction",
            "0.5");

    assertThat(job.table().schema().toDDL())
        .startsWith("id INT,o STRUCT<k: INT, m: MAP<STRING, ARRAY<INT>>>,day DATE,embedding");
    assertThat(rows)
        .singleElement()
        .satisfies(
            row ->
                assertThat(row.json())
                    .startsWith(
                        "{\"id\":1,\"o\":{\"k\":7,\"m\":{\"x\":[1,null]}},"
                            + "\"day\":\"2024-02-29\","));
    assertThat(job.rejected())
        .singleElement()
        .satisfies(row -> assertThat(row.<String>getAs("reason")).isEqualTo("wrong_type"));
  }

  @Test
  void nestedColumnsOfParquetGoThrough() {
    Path input =
        parquet(
            "in.parquet",
            "{\"id\": 5, \"text\": \"a\", \"o\": {\"k\": [{\"x\": 1}, null]}, \"s\": \"v\"}");
    List<Row> rows = job.rowsOf(input, "--keep-columns", "o,s", "--id-column", "id");
    assertThat(rows.get(0).json())
        .startsWith("{\"id\":5,\"o\":{\"k\":[{\"x\":1},null]},\"s\":\"v\",");
  }

  @Test
  void tokenIdsAreUsedAsTheyAreAndCutAtTheEnd() {
    String lines =
        """
        {"id": "exact", "tokens": [2, 7, 7, 3]}
        {"id": "long", "tokens": [2, 7, 7, 3, 9, 9, 9]}
        {"id": "plain", "tokens": [7]}
        """;
    Path parquet = parquet("in.parquet", lines);
    String[] options = {"--tokens-column", "tokens", "--max-length", "4"};
    List<Row> rows = job.rowsOf(job.write("in.jsonl", lines), options);
    assertThat(rows).extracting(row -> row.getAs("token_count")).containsExactly(4, 4, 1);
    assertThat(rows).extracting(row -> row.getAs("truncated")).containsExactly(false, true, false);
    assertThat(vector(rows.get(1))).isEqualTo(vector(rows.get(0)));
    assertThat(job.report().get("rowsTruncated").asInt()).isEqualTo(1);

    List<Row> same =
        job.rowsOf(parquet, "--tokens-column", "tokens", "--max-length", "4", "--overwrite");
    assertThat(same).isEqualTo(rows);
  }

  @Test
  void aTextIsCutSoThatTheSpecialTokensStay() {
    Path input = job.write("in.txt", "wind ".repeat(100_000) + "\nwind wind");
    List<Row> rows = job.rowsOf(input, "--max-length", "4");
    assertThat(rows).extracting(row -> row.getAs("token_count")).containsExactly(4, 4);
    assertThat(rows).extracting(row -> row.getAs("truncated")).containsExactly(true, false);
    assertThat(vector(rows.get(0))).isEqualTo(vector(rows.get(1)));
  }

  /** Embeds an input and returns the vectors, in bits, by the texts of its rows. */
  private Map<Object, Object> vectorsByText(Path input) {
    Map<Object, Object> vectors = new LinkedHashMap<>();
    for (Row row : job.rowsOf(input, "--keep-columns", "text", "--overwrite")) {
      vectors.put(row.getAs("text"), vector(row));
    }
    return vectors;
  }

  private static List<Integer> vector(Row row) {
    List<Float> values = row.getList(row.fieldIndex("embedding"));
    return values.stream().map(Float::floatToRawIntBits).toList();
  }

  /** The rows of JSON lines in one Parquet file, typed by Spark. */
  private Path parquet(String name, String lines) {
    Path source = job.write(name + ".source.jsonl", lines);
    Path target = job.path(name);
    LocalSpark.twoCores()
        .read()
        .json(source.toString())
        .coalesce(1)
        .write()
        .parquet(target.toString());
    return target;
  }

  private static OutputStream compressing(String extension, OutputStream out) throws IOException {
    return switch (extension) {
      case "gz" -> new GZIPOutputStream(out);
      case "bz2" -> new BZip2CompressorOutputStream(out);
      default -> new ZstdOutputStream(out);
    };
  }

  @Test
  void noElementOfAVectorCanBeNull() {
    job.rowsOf(job.write("in.jsonl", JSON_LINES), "--pooling", "tokens");
    assertThat(job.columnsOfFiles())
        .isEqualToNormalizingWhitespace(
            """
              message spark_schema {
                required int64 id;
                required group embedding (LIST) {
                  repeated group list {
                    required group element (LIST) {
                      repeated group list { required float element; }
                    }
                  }
                }
                required int32 token_count;
                required boolean truncated;
              }
              """);
  }
}
