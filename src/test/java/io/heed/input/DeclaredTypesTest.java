package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Every type that a schema can declare is read or refused by name, in both formats. */
class DeclaredTypesTest extends SparkSuite {
  private List<Path> files() throws IOException {
    return List.of(
        write("a.jsonl", "{\"id\": 1, \"text\": \"t\", \"c\": \"2024-03-31 02:30:00\"}\n"),
        write("a.csv", "id,text,c\n1,t,2024-03-31 02:30:00\n"));
  }

  private static Row written(InputRequest request) {
    InputTable table = open(request);
    StructType schema = new StructType(table.keptFields().toArray(new StructField[0]));
    Dataset<Row> rows =
        spark.createDataset(
            table.rows().map(row -> RowFactory.create(row.kept())).rdd(), Encoders.row(schema));
    return rows.first();
  }

  @Test
  void texts_of_limited_length_are_strings() throws IOException {
    for (Path file : files()) {
      InputRequest request = typed(texts(file, "c"), "id BIGINT, text VARCHAR(20), c CHAR(3)");
      assertThat(open(request).keptFields().get(0).dataType().catalogString()).isEqualTo("string");
      assertThat(written(request).getString(0)).isEqualTo("2024-03-31 02:30:00");
      assertThat(open(typed(texts(file), "id VARCHAR(9)")).idField().dataType().catalogString())
          .isEqualTo("string");
    }
    Path nested = write("n.jsonl", "{\"text\": \"t\", \"c\": [{\"a\": \"x\"}]}\n");
    InputRequest request = typed(texts(nested, "c"), "c ARRAY<STRUCT<a: CHAR(3)>>");
    assertThat(written(request).getList(0)).hasToString("[[x]]");
  }

  @Test
  void the_word_timestamp_means_what_the_session_says() throws IOException {
    LocalDateTime inNoZonesGap = LocalDateTime.parse("2024-03-31T02:30:00");
    for (Path file : files()) {
      assertThat(written(typed(texts(file, "c"), "c TIMESTAMP_NTZ")).get(0))
          .isEqualTo(inNoZonesGap);
      spark.conf().set("spark.sql.timestampType", "TIMESTAMP_NTZ");
      try {
        InputRequest request = typed(texts(file, "c"), "c TIMESTAMP");
        assertThat(open(request).keptFields().get(0).dataType().catalogString())
            .isEqualTo("timestamp_ntz");
        assertThat(written(request).get(0)).isEqualTo(inNoZonesGap);
      } finally {
        spark.conf().unset("spark.sql.timestampType");
      }
    }
    Path offset = write("z.jsonl", "{\"text\": \"t\", \"c\": \"2024-01-01T00:00:00Z\"}\n");
    String zone = spark.conf().get("spark.sql.session.timeZone");
    spark.conf().set("spark.sql.session.timeZone", "Asia/Kathmandu");
    try {
      assertThat(written(typed(texts(offset, "c"), "c TIMESTAMP_NTZ")).get(0))
          .isEqualTo(LocalDateTime.parse("2024-01-01T05:45:00"));
    } finally {
      spark.conf().set("spark.sql.session.timeZone", zone);
    }
  }

  @Test
  void types_that_the_format_cannot_hold_are_refused_by_name() throws IOException {
    List<String> everywhere =
        Arrays.asList(
            "binary",
            "variant",
            "interval day to second",
            "interval year to month",
            "map<int,string>");
    List<String> inCsv = List.of("array<int>", "struct<a:int>", "map<string,string>");
    for (Path file : files()) {
      boolean isCsv = file.toString().endsWith(".csv");
      for (String type : everywhere) {
        assertRefused(file, type);
      }
      for (String type : isCsv ? inCsv : List.<String>of()) {
        assertRefused(file, type);
      }
    }
  }

  private static void assertRefused(Path file, String type) {
    assertThatThrownBy(() -> open(typed(texts(file, "c"), "c " + type)))
        .as("%s as %s", file, type)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("column c of type " + type + " cannot be read from");
  }
}
