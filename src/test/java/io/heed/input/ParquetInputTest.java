package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class ParquetInputTest extends SparkSuite {
  private Path table(String name, String sql) {
    return table(name, spark.sql(sql));
  }

  private Path table(String name, Dataset<Row> rows) {
    Path path = directory.resolve(name);
    rows.coalesce(1).write().parquet(path.toString());
    return path;
  }

  @Test
  void readsRowsWithTheirIndexes() {
    Path path =
        table(
            "with space",
            "SELECT * FROM VALUES (7L, 'a', named_struct('x', 1), 'unused'),"
                + " (8L, NULL, NULL, 'unused') AS t(id, text, s, other)");
    InputTable table = open(texts(path, "s"));
    assertThat(table.idField().dataType().catalogString()).isEqualTo("bigint");
    assertThat(table.keptFields().get(0).dataType().catalogString()).isEqualTo("struct<x:int>");
    assertThat(table.totalUnits()).isEqualTo(2);
    assertThat(table.progressUnit()).isEqualTo(InputTable.ProgressUnit.ROWS);

    List<InputRow> rows = rows(texts(path, "s"));
    assertThat(rows).extracting(InputRow::id).containsExactly(7L, 8L);
    assertThat(rows).extracting(InputRow::position).containsExactly(0L, 1L);
    assertThat(rows).extracting(row -> row.payload()[0]).containsExactly("a", null);
    assertThat(((Row) rows.get(0).kept()[0]).getInt(0)).isEqualTo(1);
    assertThat(rows.get(1).raw()).isEqualTo("{\"id\":8,\"text\":null,\"s\":null}");
    assertThat(rows.get(0).source()).startsWith("file:" + path + "/part-").endsWith(".parquet");
  }

  @Test
  void makesIdsFromPlacesAndReadsTokens() {
    Path path =
        table(
            "t.parquet",
            "SELECT * FROM VALUES (array(1S, 2S)), (array(3S, NULL)), (NULL) AS t(tokens)");
    List<InputRow> rows = rows(tokens(path));
    assertThat((int[]) rows.get(0).payload()[0]).containsExactly(1, 2);
    assertThat(outcome(rows.get(1))).isEqualTo(Reason.WRONG_TYPE);
    assertThat(rows.get(2).payload()[0]).isNull();
    assertThat(rows.get(0).id().toString()).matches("part-\\p{Nd}{5}-.*\\.parquet#0");

    Path wide = table("w", "SELECT array(1L, 3000000000L) AS tokens");
    assertThat(outcomes(tokens(wide))).containsExactly(Reason.WRONG_TYPE);
  }

  @Test
  void shufflesWhereRowGroupsAreFew() {
    Path path = table("few", spark.range(100).selectExpr("id", "concat('t', id) AS text"));
    InputRequest request = texts(path);
    List<String> expected = rows(request).stream().map(r -> r.id() + "=" + r.payload()[0]).toList();
    assertThat(expected).hasSize(100).contains("42=t42");

    InputRequest shuffled = split(request, Partitioning.automatic(8 << 20, 2));
    assertThat(open(shuffled).rows().getNumPartitions()).isEqualTo(8);
    assertThat(open(shuffled).rows().glom().filter(part -> !part.isEmpty()).count()).isEqualTo(8);
    assertThat(rows(shuffled).stream().map(r -> r.id() + "=" + r.payload()[0]).toList())
        .isEqualTo(expected);
    assertThat(open(split(request, Partitioning.exactly(3, 8 << 20, 2))).rows().getNumPartitions())
        .isEqualTo(3);
    assertThat(rows(request).stream().mapToLong(InputRow::units).sum()).isEqualTo(100);
  }

  @Test
  void readsPartitionDirectoriesAndOddNames() {
    Path path = directory.resolve("by [größe] 50%20#{x}");
    spark
        .sql("SELECT * FROM VALUES (1, 'a', 'x'), (2, 'b', 'y') AS t(id, text, day)")
        .write()
        .partitionBy("day")
        .parquet(path.toString());
    List<InputRow> rows = rows(texts(path, "day"));
    assertThat(rows).extracting(row -> row.kept()[0]).containsExactly("x", "y");

    spark.conf().set("spark.sql.caseSensitive", true);
    Path nested = directory.resolve("nested/deeper/q");
    spark
        .sql("SELECT 'c' AS text, 'k' AS `odd.na``me`, 1 AS `Text`")
        .write()
        .parquet(nested.toString());
    spark.conf().set("spark.sql.caseSensitive", false);
    List<InputRow> odd = rows(texts(directory.resolve("nested"), "odd.na`me"));
    assertThat(odd).extracting(row -> row.kept()[0]).containsExactly("k");
    assertThat(odd.get(0).id().toString()).startsWith("deeper/q/part-");
  }

  @Test
  void rejectsNullIdsAndRefusesWrongColumns() throws IOException {
    Path path = table("nulls", "SELECT * FROM VALUES (1, 'a'), (NULL, 'b') AS t(id, text)");
    assertThat(outcomes(texts(path))).containsExactly("a", Reason.MISSING_ID);
    assertThatThrownBy(() -> open(tokens(path)))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no column tokens: the Parquet schema has id, text");
    assertThatThrownBy(() -> open(texts(table("ints", "SELECT 1 AS text"))))
        .isInstanceOf(InputException.class)
        .hasMessage("column text is of type int, but is read as string");
    assertThatThrownBy(() -> open(typed(texts(path), "id INT")))
        .isInstanceOf(InputException.class)
        .hasMessage("--input-schema gives types to jsonl and csv, not to parquet");
    Path broken = Files.writeString(directory.resolve("broken.parquet"), "not Parquet at all");
    assertThatThrownBy(() -> open(texts(broken)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("cannot read file:" + broken + " as Parquet: ");
  }

  @Test
  void rowsOfFilesThatLackAColumnAreRejected() {
    table("parts/a", "SELECT 1 AS id, 'first' AS text, 'k' AS kept");
    table("parts/b", "SELECT 2 AS id, 'second' AS text");
    table("parts/c", "SELECT 3 AS id, 'k' AS kept");
    table("parts/d", "SELECT 'fourth' AS text, CAST(NULL AS STRING) AS kept");
    List<InputRow> rows = rows(texts(directory.resolve("parts"), "kept"));
    assertThat(rows)
        .extracting(SparkSuite::outcome)
        .containsExactly("first", Reason.MISSING_COLUMN, Reason.MISSING_COLUMN, Reason.MISSING_ID);
    assertThat(rows).extracting(InputRow::id).containsExactly(1, 2, 3, null);
  }

  @Test
  void readsTheFootersOfManyFilesInAJob() {
    Path path = directory.resolve("many");
    spark.range(0, 40, 1, 20).selectExpr("id", "'t' AS text").write().parquet(path.toString());
    assertThat(open(texts(path)).totalUnits()).isEqualTo(40);
    assertThat(outcomes(texts(path))).hasSize(40).containsOnly("t");
  }
}
