package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.jdk.javaapi.CollectionConverters;

/** Settings of a session that would change what is read of Parquet files. */
class ParquetSettingsTest extends SparkSuite {
  private Map<String, String> before;

  private void set(String key, String value) {
    Map<String, String> given = CollectionConverters.asJava(spark.conf().getAll());
    before = Map.of(key, given.getOrDefault(key, "unset"));
    spark.conf().set(key, value);
  }

  @AfterEach
  void settingsAsTheyWere() {
    if (before != null) {
      before.forEach(
          (key, value) -> {
            if (value.equals("unset")) {
              spark.conf().unset(key);
            } else {
              spark.conf().set(key, value);
            }
          });
    }
  }

  /** Two files of 100 rows, with each kind of value that a setting could change. */
  private Path table() {
    Path path = directory.resolve("table");
    for (int file = 0; file < 2; file++) {
      spark
          .range(100L * file, 100L * (file + 1))
          .selectExpr(
              "id",
              "concat('t', id) AS text",
              "'other' AS Text2",
              "TIMESTAMP_NTZ '1900-01-01 00:00:00' AS local",
              "TIMESTAMP '2024-02-29 12:00:00Z' AS time",
              "DATE '1500-01-01' AS day",
              "named_struct('a', id, 'A', -id) AS s",
              "CAST('b' AS BINARY) AS bytes")
          .coalesce(1)
          .write()
          .option("compression", "none")
          .parquet(path.resolve("part=" + file).toString());
    }
    return path;
  }

  private static List<String> shown(InputRequest request) {
    return rows(request).stream()
        .map(row -> row.id() + " " + outcome(row) + " " + row.raw())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '=',
      value = {
        "spark.sql.sources.useV1SourceList=avro,csv,json,orc,text",
        "spark.sql.sources.useV1SourceList=",
        "spark.sql.files.ignoreCorruptFiles=true",
        "spark.sql.files.ignoreMissingFiles=true",
        "spark.sql.caseSensitive=true",
        "spark.sql.parquet.mergeSchema=true",
        "spark.sql.parquet.respectSummaryFiles=true",
        "spark.sql.parquet.int96AsTimestamp=false",
        "spark.sql.parquet.inferTimestampNTZ.enabled=false",
        "spark.sql.parquet.fieldId.read.enabled=true",
        "spark.sql.parquet.filterPushdown=false",
        "spark.sql.parquet.enableVectorizedReader=false",
        "spark.sql.parquet.enableNestedColumnVectorizedReader=false",
        "spark.sql.parquet.columnarReaderBatchSize=7",
        "spark.sql.timestampType=TIMESTAMP_NTZ",
        "spark.sql.session.timeZone=Asia/Kathmandu",
        "spark.sql.ansi.enabled=false",
        "spark.sql.adaptive.enabled=false",
        "spark.sql.codegen.wholeStage=false",
        "spark.sql.files.maxPartitionNum=1",
        "spark.sql.files.maxPartitionBytes=1000",
        "spark.sql.optimizer.nestedSchemaPruning.enabled=false",
        "spark.sql.optimizer.excludedRules"
            + "=org.apache.spark.sql.catalyst.optimizer.ColumnPruning"
      })
  void changeNoValueAndLoseNoRow(String key, String value) {
    InputRequest request = texts(table(), "local", "time", "day", "s", "bytes", "part");
    List<String> expected = shown(request);
    List<String> types = open(request).keptFields().stream().map(Object::toString).toList();
    assertThat(expected).hasSize(200);
    set(key, value == null ? "" : value);
    assertThat(shown(request)).isEqualTo(expected);
    assertThat(open(request).keptFields().stream().map(Object::toString))
        .containsExactlyElementsOf(types);
    assertThat(open(request).notes()).isEmpty();
  }

  private static Path oneFile(Path table) throws IOException {
    try (Stream<Path> files = Files.walk(table)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  /** A file whose pages do not have the bytes that their checksums say, or that is cut short. */
  @ParameterizedTest
  @CsvSource({
    "spark.sql.files.ignoreCorruptFiles",
    "spark.sql.files.ignoreMissingFiles",
    "spark.sql.parquet.enableVectorizedReader"
  })
  void aDamagedFileEndsTheReading(String key) throws IOException {
    Path table = table();
    Path file = oneFile(table);
    InputTable listed = open(texts(table));
    set(key, "true");
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    byte[] flipped = bytes.clone();
    String content = new String(bytes, StandardCharsets.ISO_8859_1);
    flipped[Math.max(content.indexOf("t77"), content.indexOf("t177")) + 1] ^= 1;
    Files.write(file, flipped);
    assertThatThrownBy(() -> open(texts(table)).rows().count())
        .satisfies(e -> assertThat(unreadable(e)).contains(file.getFileName().toString()));
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> listed.rows().count())
        .satisfies(e -> assertThat(unreadable(e)).contains(file.getFileName().toString()));
    Files.delete(file);
    assertThatThrownBy(() -> listed.rows().count())
        .satisfies(e -> assertThat(unreadable(e)).contains(file.getFileName().toString()));
  }

  /** What a job tells of an error in a task. */
  private static String unreadable(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (InputException.ofSpark(cause).isPresent()) {
        return InputException.ofSpark(cause).get().getMessage();
      }
    }
    throw new AssertionError("not an error of a file", error);
  }

  @Test
  void anotherFileInThePlaceOfOneIsNoticed() throws IOException {
    Path file =
        ParquetFiles.write(
            directory.resolve("a.parquet"),
            "required int32 id; required binary text (STRING);",
            row -> row.append("id", 1).append("text", "a"),
            row -> row.append("id", 2).append("text", "b"));
    InputTable table = open(texts(file));
    Files.delete(file);
    ParquetFiles.write(
        file,
        "required int32 id; required binary text (STRING);",
        row -> row.append("id", 1).append("text", "a"));
    assertThatThrownBy(() -> table.requireAllRows(table.rows().count()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("1 rows of file:" + directory)
        .hasMessageContaining("had 2");
    table.requireAllRows(2);
  }

  @Test
  void whatFilesLeaveOpenIsToldWhereASettingDecidesIt() throws IOException {
    Path file =
        ParquetFiles.write(
            directory.resolve("a.parquet"),
            "required int32 id; required binary text; required int32 day (DATE);",
            row ->
                row.append("id", 1).append("text", Binary.fromString("a")).append("day", -200_000));
    assertThatThrownBy(() -> open(texts(file)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("column text is of type binary, but is read as string");
    set("spark.sql.parquet.binaryAsString", "true");
    assertThat(outcomes(texts(file))).containsExactly("a");
    assertThat(open(texts(file)).notes())
        .containsExactly(
            "spark.sql.parquet.binaryAsString is true: bytes that the files do not call text are"
                + " read as text");
    spark.conf().set("spark.sql.parquet.datetimeRebaseModeInRead", "LEGACY");
    try {
      assertThat(open(texts(file, "day")).notes()).hasSize(2);
      assertThat(open(texts(file)).notes()).hasSize(1);
    } finally {
      spark.conf().unset("spark.sql.parquet.datetimeRebaseModeInRead");
    }
  }
}
