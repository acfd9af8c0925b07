package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Numbers that are not finite, numbers as texts, and types that change down the file. */
class JsonNumbersTest extends SparkSuite {
  private static List<Object> kept(InputRequest request) {
    List<Object> kept = new ArrayList<>();
    rows(request).forEach(row -> kept.add(row.kept().length == 0 ? outcome(row) : row.kept()[0]));
    return kept;
  }

  private static final String NON_FINITE =
      """
      {"id": 1, "text": "a", "n": NaN, "meta": {"x": [NaN, -Infinity, 1.50]}}
      {"id": 2, "text": "b", "n": Infinity}
      {"id": 3, "text": "c", "n": -Infinity}
      {"id": 4, "text": "d", "n": 1.5}
      """;

  @Test
  void numbers_that_are_not_finite_cost_no_row_that_does_not_compute_from_them()
      throws IOException {
    Path file = write("a.jsonl", NON_FINITE);
    assertThat(outcomes(texts(file))).containsExactly("a", "b", "c", "d");
    InputRequest keeping = texts(file, "n");
    assertThat(open(keeping).keptFields().get(0).dataType().catalogString()).isEqualTo("double");
    List<Object> doubles =
        List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.5);
    assertThat(kept(keeping)).isEqualTo(doubles);
    assertThat(kept(typed(keeping, "n FLOAT")))
        .containsExactly(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1.5f);
    assertThat(kept(typed(keeping, "n STRING")))
        .containsExactly("NaN", "Infinity", "-Infinity", "1.5");
    assertThat(outcomes(typed(keeping, "n DECIMAL(9,1)")))
        .containsExactly(Reason.WRONG_TYPE, Reason.WRONG_TYPE, Reason.WRONG_TYPE, "d");
    assertThat(kept(texts(file, "meta")).get(0)).isEqualTo("{\"x\":[NaN,-Infinity,1.50]}");
  }

  @Test
  void quoted_as_spark_writes_them_they_are_doubles_too_but_a_number_too_large_is_not()
      throws IOException {
    Path file =
        write("a.jsonl", "{\"text\": \"a\", \"n\": \"NaN\"}\n{\"text\": \"b\", \"n\": 1e400}\n");
    assertThat(kept(typed(texts(file, "n"), "n DOUBLE")))
        .containsExactly(Double.NaN, Reason.WRONG_TYPE);
    Path csv = write("a.csv", "text,n\na,NaN\nb,-Inf\nc,nan\nd,1e400\n");
    assertThat(kept(typed(texts(csv, "n"), "n DOUBLE")))
        .containsExactly(
            Double.NaN, Double.NEGATIVE_INFINITY, Reason.WRONG_TYPE, Reason.WRONG_TYPE);
  }

  @Test
  void a_row_is_not_computed_from_them_nor_named_by_them() throws IOException {
    Path file = write("a.jsonl", NON_FINITE);
    assertThat(outcomes(withId(texts(file), "n")))
        .containsExactly(Reason.WRONG_TYPE, Reason.WRONG_TYPE, Reason.WRONG_TYPE, "d");
    assertThat(rows(withId(texts(file), "n")).get(0).rejection().orElseThrow().message())
        .isEqualTo("column n: NaN is no id, which has to be finite");
    Path values =
        write(
            "b.jsonl",
            """
            {"n": NaN, "f": [1, NaN], "v": [[1, Infinity]], "t": [NaN], "m": [[-Infinity]]}
            """);
    for (PayloadColumn column :
        List.of(
            new PayloadColumn("n", PayloadType.NUMBER),
            new PayloadColumn("n", PayloadType.FEATURES),
            new PayloadColumn("f", PayloadType.FEATURES),
            new PayloadColumn("v", PayloadType.VECTORS),
            new PayloadColumn("t", PayloadType.TOKEN_IDS),
            new PayloadColumn("m", PayloadType.MASK))) {
      assertThat(outcomes(withPayload(texts(values), column)))
          .as("%s", column)
          .containsExactly(Reason.WRONG_TYPE);
    }
    Path csv = write("c.csv", "n\nNaN\n2\n");
    assertThat(outcomes(withPayload(texts(csv), new PayloadColumn("n", PayloadType.NUMBER))))
        .containsExactly(Reason.WRONG_TYPE, 2.0);
    assertThat(
            outcomes(
                withId(
                    typed(
                        withPayload(texts(csv), new PayloadColumn("n", PayloadType.NUMBER)),
                        "n DOUBLE"),
                    "n")))
        .containsExactly(Reason.WRONG_TYPE, 2.0);
  }

  @Test
  void a_number_in_a_column_declared_as_string_is_its_text() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id": 12, "text": 7, "n": 4.50}
            {"id": "A", "text": true, "n": "N/A"}
            {"id": 1e5, "text": "t", "n": 12345678901234567890123456789012345678901234567890}
            {"id": -0, "text": {"a": 1}, "n": null}
            """);
    InputRequest request = typed(texts(file, "n"), "id STRING, text STRING, n STRING");
    List<InputRow> rows = rows(request);
    assertThat(rows).extracting(InputRow::id).containsExactly("12", "A", "1e5", "-0");
    assertThat(rows).extracting(SparkSuite::outcome).containsExactly("7", "true", "t", "{\"a\":1}");
    assertThat(rows)
        .extracting(row -> row.kept()[0])
        .containsExactly("4.50", "N/A", "1234567890".repeat(5), null);
    Path tags = write("b.jsonl", "{\"text\": \"x\", \"tags\": [\"a\", 5, 4.50, null, true]}\n");
    assertThat(kept(typed(texts(tags, "tags"), "tags ARRAY<STRING>")).get(0))
        .hasToString("ArraySeq(a, 5, 4.50, null, true)");
  }

  @Test
  void an_undeclared_id_or_text_is_not_made_a_string() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"id": "7", "text": "a"}
            {"id": "8", "text": "b"}
            {"id": 7, "text": "c"}
            {"id": "9", "text": 5}
            """);
    assertThat(outcomes(texts(file)))
        .containsExactly("a", "b", Reason.WRONG_TYPE, Reason.WRONG_TYPE);
    assertThat(outcomes(texts(file, "text")))
        .containsExactly("a", "b", Reason.WRONG_TYPE, Reason.WRONG_TYPE);
  }

  @Test
  void a_kept_column_is_looked_at_beyond_the_first_lines() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1500; i++) {
      lines.append(
          String.format(
              Locale.ROOT,
              "{\"id\": %d, \"text\": \"t\", \"n\": %d, \"o\": null, \"s\": \"x\"}\n",
              i,
              i));
    }
    write("many/a.jsonl", lines.toString());
    write("many/b.jsonl", "{\"id\": 5000, \"text\": \"t\", \"n\": 0.5, \"o\": 0.5, \"s\": 4.50}\n");
    InputRequest request = texts(directory.resolve("many"), "n", "o", "s");
    InputTable table = open(request);
    assertThat(table.idField().dataType().catalogString()).isEqualTo("bigint");
    assertThat(table.keptFields())
        .extracting(field -> field.dataType().catalogString())
        .containsExactly("double", "double", "string");
    List<InputRow> rows = rows(request);
    assertThat(rows).extracting(SparkSuite::outcome).containsOnly("t");
    assertThat(rows.get(1500).kept()).containsExactly(0.5, 0.5, "4.50");
    assertThat(rows.get(7).kept()).containsExactly(7.0, null, "x");
  }
}
