package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.encoders.RowEncoder$;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class JsonInputTest extends SparkSuite {
  @Test
  void readsTextsIdsAndKeptColumns() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id": 1, "text": "one", "score": 2, "tags": ["x", null], "meta": {"k": 1.50}}
            {"id": 2, "text": "", "score": 2.5, "tags": [], "meta": null}

            {"id": 3, "text": null, "score": null, "tags": null, "meta": {"other": [1, "a"]}}
            """);
    InputTable table = open(texts(file, "score", "tags", "meta", "text"));

    assertThat(table.idField().dataType().catalogString()).isEqualTo("bigint");
    assertThat(table.keptFields())
        .extracting(field -> field.name() + " " + field.dataType().catalogString())
        .containsExactly("score double", "tags array<string>", "meta string", "text string");

    List<InputRow> rows = rows(texts(file, "score", "tags", "meta", "text"));
    assertThat(rows).extracting(InputRow::id).containsExactly(1L, 2L, 3L);
    assertThat(rows).extracting(row -> row.payload()[0]).containsExactly("one", "", null);
    assertThat(rows).extracting(row -> row.kept()[0]).containsExactly(2.0, 2.5, null);
    assertThat(rows.get(0).kept()[2]).isEqualTo("{\"k\":1.50}");
    assertThat(rows.get(1).raw())
        .isEqualTo("{\"id\": 2, \"text\": \"\", \"score\": 2.5, \"tags\": [], \"meta\": null}");
  }

  @Test
  void keptValuesGoThroughASparkRow() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id":"a","text":"x","i":1,"d":"2024-02-29","t":"2024-02-29T12:00:00Z","n":1.5,"s":{"a":[1],"b":null},"m":{"k":2}}
            """);
    String ddl =
        "i INT, d DATE, t TIMESTAMP, n DECIMAL(10,2), s STRUCT<a: ARRAY<BIGINT>, b: STRING>, m MAP<STRING, DOUBLE>";
    InputRequest request = typed(texts(file, "i", "d", "t", "n", "s", "m"), ddl);
    InputTable table = open(request);
    StructType schema = new StructType(table.keptFields().toArray(new StructField[0]));
    Dataset<Row> written =
        spark.createDataset(
            table.rows().map(row -> RowFactory.create(row.kept())).rdd(),
            RowEncoder$.MODULE$.encoderFor(schema, true));

    Row row = written.first();
    assertThat(row.getInt(0)).isEqualTo(1);
    assertThat(row.getDate(1)).isEqualTo(Date.valueOf("2024-02-29"));
    assertThat(row.getTimestamp(2).toInstant()).hasToString("2024-02-29T12:00:00Z");
    assertThat(row.getDecimal(3)).isEqualByComparingTo("1.5");
    assertThat(row.getStruct(4).getList(0)).isEqualTo(List.of(1L));
    assertThat(row.getJavaMap(5)).isEqualTo(Map.of("k", 2.0));
  }

  @Test
  void readsTokenIds() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"tokens": [101, 5, 102]}
            {"tokens": []}
            {"tokens": null}
            {"tokens": [1, null]}
            {"tokens": [1.0]}
            {"tokens": [2147483648]}
            {"tokens": "1 2"}
            """);
    List<InputRow> rows = rows(tokens(file));
    assertThat((int[]) rows.get(0).payload()[0]).containsExactly(101, 5, 102);
    assertThat((int[]) rows.get(1).payload()[0]).isEmpty();
    assertThat(rows.get(2).payload()[0]).isNull();
    assertThat(rows.subList(3, 7)).extracting(SparkSuite::outcome).containsOnly(Reason.WRONG_TYPE);
    assertThat(rows.get(3).rejection().orElseThrow().message())
        .isEqualTo("column tokens: element 1, null, is not of type array<int>");
    assertThat(rows.get(1).id()).isEqualTo("a.jsonl#26");
  }

  @Test
  void rejectsLinesThatAreNotOneObject() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id": "a", "text": "fine"}
            {"id": "b", "text": "broken
            [{"id": "c", "text": "in an array"}]
            "text"
            {"id": "d", "text": "x"} {"id": "e", "text": "y"}
            {"id": "f", "text": "x", "text": "y"}
            {"id": "g", "text": NaN}
            """);
    List<InputRow> rows = rows(texts(file));
    assertThat(rows).hasSize(7);
    assertThat(outcome(rows.get(0))).isEqualTo("fine");
    assertThat(outcome(rows.get(6))).isEqualTo(Reason.WRONG_TYPE);
    assertThat(rows.subList(1, 6))
        .allSatisfy(
            row -> {
              assertThat(outcome(row)).isEqualTo(Reason.MALFORMED);
              assertThat(row.id()).isNull();
              assertThat(row.raw()).isNotEmpty();
            });
    assertThat(rows.get(2).rejection().orElseThrow().message())
        .isEqualTo("the line is not a JSON object");
  }

  @Test
  void rejectsRowsWithoutTheirColumns() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id": 1, "text": "fine", "kept": "k"}
            {"text": "no id", "kept": "k"}
            {"id": null, "text": "null id", "kept": "k"}
            {"id": "4", "text": "id of another type", "kept": "k"}
            {"id": 5, "kept": "k"}
            {"id": 6, "text": 7, "kept": "k"}
            {"id": 7, "text": "kept of another type", "kept": 1}
            {"id": 8, "text": "kept is absent"}
            """);
    List<InputRow> rows = rows(texts(file, "kept"));
    assertThat(rows)
        .extracting(SparkSuite::outcome)
        .containsExactly(
            "fine",
            Reason.MISSING_ID,
            Reason.MISSING_ID,
            Reason.WRONG_TYPE,
            Reason.MISSING_COLUMN,
            Reason.WRONG_TYPE,
            "kept of another type",
            Reason.MISSING_COLUMN);
    assertThat(rows.get(6).kept()).containsExactly("1");
    assertThat(rows).extracting(InputRow::id).containsExactly(1L, null, null, null, 5L, 6L, 7L, 8L);
    assertThat(rows.get(5).rejection().orElseThrow().message())
        .isEqualTo("column text: 7 is not of type string");
  }

  @Test
  void columnsAndIdsComeFromTheFirstThousandLinesOnly() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      lines.append(String.format(Locale.ROOT, "{\"id\": %d, \"text\": \"t\", \"n\": %d}\n", i, i));
    }
    lines.append("{\"id\": 1000, \"text\": \"t\", \"n\": \"0.5\"}\n");
    lines.append("{\"id\": \"x\", \"text\": \"t\", \"n\": 1, \"late\": 1}\n");
    lines.append("{\"id\": 0.5, \"text\": \"t\", \"n\": 1}\n");
    Path file = write("a.jsonl", lines.toString());

    List<InputRow> rows = rows(texts(file, "n"));
    assertThat(rows.subList(0, 1000)).extracting(SparkSuite::outcome).containsOnly("t");
    assertThat(rows.subList(1000, 1003))
        .extracting(SparkSuite::outcome)
        .containsOnly(Reason.WRONG_TYPE);
    assertThat(rows.get(1000).rejection().orElseThrow().message())
        .isEqualTo(
            "column n: \"0.5\" is not of type bigint, the type of the first lines;"
                + " --input-schema declares another");
    assertThatThrownBy(() -> open(texts(file, "late")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "there is no column late: the first 1000 lines of file:%s have id, n, text", file);
    assertThat(outcomes(typed(texts(file, "late"), "late INT")).get(0))
        .isEqualTo(Reason.MISSING_COLUMN);
  }

  @Test
  void decodesStrictlyAndPassesTheByteOrderMark() throws IOException {
    Path file = directory.resolve("a.jsonl");
    byte[] start =
        "\uFEFF{\"text\": \"größe\"}\r\n \t\r\n{\"text\": \"\uFFFD\"}\n"
            .getBytes(StandardCharsets.UTF_8);
    byte[] wrong = "{\"text\": \"gr\u00f6\"}".getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(start, start.length + wrong.length);
    System.arraycopy(wrong, 0, all, start.length, wrong.length);
    Files.write(file, all);

    List<InputRow> rows = rows(texts(file));
    assertThat(rows)
        .extracting(SparkSuite::outcome)
        .containsExactly("größe", "\uFFFD", Reason.MALFORMED);
    assertThat(rows.get(0).raw()).isEqualTo("{\"text\": \"größe\"}");
    assertThat(rows).extracting(InputRow::position).containsExactly(0L, 28L, (long) start.length);
    assertThat(rows.stream().mapToLong(InputRow::units).sum()).isEqualTo(all.length);
    assertThat(rows.get(2).rejection().orElseThrow().message()).isEqualTo("the line is not UTF-8");
  }

  @Test
  void namesWhatIsWrongWithTheColumnsAsked() throws IOException {
    Path file = write("a.jsonl", "{\"body\": \"x\", \"n\": 1}\n");
    assertThatThrownBy(() -> open(texts(file)))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no column text: the first 1 lines of file:%s have body, n", file);
    assertThatThrownBy(() -> open(withId(typed(texts(file), "text STRING"), "key")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("there is no column key:");
    assertThatThrownBy(() -> open(typed(texts(file), "text INT")))
        .isInstanceOf(InputException.class)
        .hasMessage("column text is of type int, but is read as string");
    assertThatThrownBy(() -> open(typed(texts(file, "b"), "text STRING, b BINARY")))
        .isInstanceOf(InputException.class)
        .hasMessage("column b of type binary cannot be read from jsonl");
    assertThatThrownBy(() -> open(typed(texts(file, "n", "n"), "text STRING")))
        .isInstanceOf(InputException.class)
        .hasMessage("column n is kept twice, or is the id");

    assertThatThrownBy(() -> open(texts(write("b.jsonl", "{\n\"text\": \"x\"\n}\n"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "none of the first 3 lines of file:%s is a JSON object with keys, as each line has to be; the"
                + " first fault: Unexpected end-of-input",
            directory.resolve("b.jsonl"));
  }
}
