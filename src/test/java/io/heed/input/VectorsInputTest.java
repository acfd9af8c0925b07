package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sequences of vectors, and masks, alone and beside each other. */
class VectorsInputTest extends SparkSuite {
  private static final PayloadColumn QUERY = new PayloadColumn("query", PayloadType.VECTORS);
  private static final PayloadColumn CONTEXT = new PayloadColumn("context", PayloadType.VECTORS);
  private static final PayloadColumn MASK = new PayloadColumn("mask", PayloadType.MASK);

  private Path table(String name, String sql) {
    Path path = directory.resolve(name);
    spark.sql(sql).coalesce(1).write().parquet(path.toString());
    return path;
  }

  private static String message(InputRow row) {
    assertThat(outcome(row)).isEqualTo(Reason.WRONG_TYPE);
    return row.rejection().map(Rejection::message).orElseThrow();
  }

  private static float[][] vectors(InputRow row) {
    return (float[][]) row.payload()[0];
  }

  @Test
  void readsVectorsOfJson() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"query": [[1, 2.5], [-3e-2, 16777217]]}
            {"query": [[0.1], [1, 2, 3], []]}
            {"query": []}
            {"query": null}
            {"query": [[3.4028235e38, 1e-60, 123456789012345678901234567890]]}
            """);
    List<InputRow> rows = rows(withPayload(texts(file), QUERY));
    assertThat(vectors(rows.get(0))).isDeepEqualTo(new float[][] {{1, 2.5f}, {-.03f, 16777216}});
    assertThat(vectors(rows.get(1))).isDeepEqualTo(new float[][] {{.1f}, {1, 2, 3}, {}});
    assertThat(vectors(rows.get(2))).isEmpty();
    assertThat(rows.get(3).payload()[0]).isNull();
    assertThat(vectors(rows.get(4)))
        .isDeepEqualTo(new float[][] {{Float.MAX_VALUE, 0, 1.2345679e29f}});
  }

  @Test
  void namesThePlaceOfWhatIsWrongInJson() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"query": [[1, 2], [3, null]]}
            {"query": [[1], [2], [3, "4"]]}
            {"query": [[1], null]}
            {"query": [1, 2]}
            {"query": "1 2"}
            {"query": [[0, 1e39]]}
            {"query": [[-1e1000000000]]}
            {"query": [[[1]]]}
            {"query": [["%s"]]}
            """
                .formatted("x".repeat(100)));
    List<InputRow> rows = rows(withPayload(texts(file), QUERY));
    assertThat(rows)
        .extracting(VectorsInputTest::message)
        .containsExactly(
            "column query: vector 1, value 1, null, is not of type array<array<float>>",
            "column query: vector 2, value 1, \"4\", is not of type array<array<float>>",
            "column query: vector 1, null, is not of type array<array<float>>",
            "column query: vector 0, 1, is not of type array<array<float>>",
            "column query: \"1 2\" is not of type array<array<float>>",
            "column query: vector 0, value 1, 1E+39, is not a finite float32",
            "column query: vector 0, value 0, -1E+1000000000, is not a finite float32",
            "column query: vector 0, value 0, [1], is not of type array<array<float>>",
            "column query: vector 0, value 0, \"%s…, is not of type array<array<float>>"
                .formatted("x".repeat(59)));
  }

  @Test
  void readsMasksOfJson() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"mask": [[1, 0], [0, 1]]}
            {"mask": [[1], [0, 7]]}
            {"mask": [[1, 0.0]]}
            {"mask": [[1], [true]]}
            {"mask": [[1, 0], [1, 3000000000]]}
            {"mask": [1]}
            {"mask": 1}
            """);
    List<InputRow> rows = rows(withPayload(texts(file), MASK));
    assertThat((int[][]) rows.get(0).payload()[0]).isDeepEqualTo(new int[][] {{1, 0}, {0, 1}});
    assertThat((int[][]) rows.get(1).payload()[0]).isDeepEqualTo(new int[][] {{1}, {0, 7}});
    assertThat(rows.subList(2, 7))
        .extracting(VectorsInputTest::message)
        .containsExactly(
            "column mask: row 0, value 1, 0.0, is not of type array<array<int>>",
            "column mask: row 1, value 0, true, is not of type array<array<int>>",
            "column mask: row 1, value 1, 3000000000, is not of type array<array<int>>",
            "column mask: row 0, 1, is not of type array<array<int>>",
            "column mask: 1 is not of type array<array<int>>");
  }

  @Test
  void readsVectorsOfEveryNumberInParquet() {
    for (String type : List.of("TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE")) {
      Path path =
          table(
              type,
              "SELECT CAST(a AS ARRAY<ARRAY<%s>>) AS query".formatted(type)
                  + " FROM VALUES (array(array(1, -2), array(3))), (array()), (NULL),"
                  + " (array(array(1, NULL))), (array(array(1), NULL)) AS t(a)");
      List<InputRow> rows = rows(withPayload(texts(path), QUERY));
      assertThat(vectors(rows.get(0))).isDeepEqualTo(new float[][] {{1, -2}, {3}});
      assertThat(vectors(rows.get(1))).isEmpty();
      assertThat(rows.get(2).payload()[0]).isNull();
      assertThat(rows.subList(3, 5))
          .extracting(VectorsInputTest::message)
          .containsExactly(
              "column query: vector 0, value 1, null, is not of type array<array<float>>",
              "column query: vector 1, null, is not of type array<array<float>>");
    }
  }

  @Test
  void rejectsNumbersOfParquetThatAreNotFiniteAsFloats() {
    Path doubles =
        table(
            "doubles",
            "SELECT array(array(0.1D, x)) AS query FROM VALUES (0.2D), (1e39D),"
                + " (CAST('NaN' AS DOUBLE)), (CAST('-Infinity' AS DOUBLE)) AS t(x)");
    List<InputRow> rows = rows(withPayload(texts(doubles), QUERY));
    assertThat(vectors(rows.get(0))).isDeepEqualTo(new float[][] {{.1f, .2f}});
    assertThat(rows.get(0).raw()).isEqualTo("{\"query\":[[0.1,0.2]]}");
    assertThat(rows.subList(1, 4))
        .extracting(VectorsInputTest::message)
        .containsExactly(
            "column query: vector 0, value 1, 1.0E39, is not a finite float32",
            "column query: vector 0, value 1, NaN, is not a finite float32",
            "column query: vector 0, value 1, -Infinity, is not a finite float32");
    Path floats = table("floats", "SELECT array(array(1F), array(CAST('NaN' AS FLOAT))) AS query");
    assertThat(rows(withPayload(texts(floats), QUERY)))
        .extracting(VectorsInputTest::message)
        .containsExactly("column query: vector 1, value 0, NaN, is not a finite float32");
  }

  @Test
  void readsMasksOfParquet() {
    Path path =
        table(
            "m",
            "SELECT * FROM VALUES (array(array(1L, 0L), array(0L))),"
                + " (array(array(1L), array(NULL, 2L))), (array(array(1L, 3000000000L))) AS t(mask)");
    List<InputRow> rows = rows(withPayload(texts(path), MASK));
    assertThat((int[][]) rows.get(0).payload()[0]).isDeepEqualTo(new int[][] {{1, 0}, {0}});
    assertThat(rows.subList(1, 3))
        .extracting(VectorsInputTest::message)
        .containsExactly(
            "column mask: row 1, value 0, null, is not of type array<array<int>>",
            "column mask: row 0, value 1, 3000000000, is not of type array<array<int>>");
  }

  @Test
  void readsSeveralPayloadsOfOneRow() throws IOException {
    Path json =
        write(
            "a.jsonl",
            "{\"id\": 5, \"mask\": [[1]], \"context\": [[2, 3]], \"query\": [[1, 1]], \"k\": 9}\n"
                + "{\"id\": 6, \"mask\": [[1]], \"query\": [[1, 1]], \"k\": 9}\n");
    Path parquet =
        table(
            "p",
            "SELECT 5L AS id, array(array(1)) AS mask, array(array(2.0F, 3.0F)) AS context,"
                + " array(array(1.0D, 1.0D)) AS query, 9L AS k");
    for (Path path : List.of(json, parquet)) {
      InputRow row = rows(withPayload(texts(path, "k"), QUERY, CONTEXT, MASK)).get(0);
      assertThat(row.id()).isEqualTo(5L);
      assertThat(row.payload()).hasSize(3);
      assertThat((float[][]) row.payload()[0]).isDeepEqualTo(new float[][] {{1, 1}});
      assertThat((float[][]) row.payload()[1]).isDeepEqualTo(new float[][] {{2, 3}});
      assertThat((int[][]) row.payload()[2]).isDeepEqualTo(new int[][] {{1}});
      assertThat(row.kept()).containsExactly(9L);
      assertThat(row.bytes()).isGreaterThan(4 * 5);
    }
    InputRow without = rows(withPayload(texts(json, "k"), QUERY, CONTEXT, MASK)).get(1);
    assertThat(without.rejection())
        .contains(new Rejection(Reason.MISSING_COLUMN, "the row has no column context"));
  }

  @Test
  void oneColumnMayBeSeveralPayloadsAndKept() throws IOException {
    Path json = write("a.jsonl", "{\"id\": 5, \"query\": [[1, 1.5]]}\n");
    Path parquet = table("p", "SELECT 5L AS id, array(array(1.0F, 1.5F)) AS query");
    for (Path path : List.of(json, parquet)) {
      InputRow row = rows(withPayload(texts(path, "query"), QUERY, QUERY)).get(0);
      assertThat((float[][]) row.payload()[0]).isDeepEqualTo(new float[][] {{1, 1.5f}});
      assertThat((float[][]) row.payload()[1]).isDeepEqualTo(new float[][] {{1, 1.5f}});
      assertThat(row.kept()[0]).hasToString("ArraySeq(ArraySeq(1.0, 1.5))");
    }
  }

  @Test
  void refusesColumnsThatCannotHoldVectors() throws IOException {
    assertThatThrownBy(() -> open(withPayload(texts(write("a.csv", "query\n1\n")), QUERY)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "column query of type array<array<float>> is read from jsonl or parquet, not from csv");
    assertThatThrownBy(() -> open(withPayload(texts(write("a.txt", "1\n")), MASK)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "column mask of type array<array<int>> is read from jsonl or parquet, not from text");
    for (String value : List.of("1.0F", "array(1.0F)", "array(array('a'))", "array(array(1.5))")) {
      Path path = directory.resolve("p" + value.hashCode());
      spark.sql("SELECT " + value + " AS query").write().parquet(path.toString());
      assertThatThrownBy(() -> open(withPayload(texts(path), QUERY)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("column query is of type ")
          .hasMessageEndingWith(", but is read as array<array<float>>");
    }
    Path fractions = table("f", "SELECT array(array(1.0F)) AS mask");
    assertThatThrownBy(() -> open(withPayload(texts(fractions), MASK)))
        .isInstanceOf(InputException.class)
        .hasMessage("column mask is of type array<array<float>>, but is read as array<array<int>>");
    Path json = write("d.jsonl", "{\"query\": [[1]]}\n");
    assertThatThrownBy(() -> open(withPayload(typed(texts(json), "query STRING"), QUERY)))
        .isInstanceOf(InputException.class)
        .hasMessage("column query is of type string, but is read as array<array<float>>");
  }
}
