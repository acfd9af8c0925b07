package io.heed.attend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heed.DatasetSuite;
import io.heed.input.InputException;
import io.heed.input.InputRequest;
import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.input.Partitioning;
import io.heed.input.PayloadColumn;
import io.heed.input.PayloadType;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextJoinTest extends DatasetSuite {
  private static final long serialVersionUID = 1;

  /** That of ids of one type. */
  private static final JoinIds IDS =
      JoinIds.of(DataTypes.LongType, DataTypes.LongType).orElseThrow();

  @TempDir Path directory;

  @Test
  void every_query_gets_the_context_of_its_id() throws IOException {
    Path queries =
        write(
            "queries.jsonl",
            """
            {"id": "a", "query": [[1]], "k": 1}
            {"id": "b", "query": [[2]], "k": 2}
            {"id": "a", "query": [[3]], "k": 3}
            {"id": "c", "query": [[4]], "k": 4}
            """);
    Path contexts =
        write(
            "contexts.jsonl",
            """
            {"id": "b", "context": [[20, 21]]}
            {"id": "unused", "context": [[0, 0]]}
            {"id": "a", "context": [[10, 11], [12, 13]]}
            {"id": "c", "context": null}
            """);
    InputTable table = queries(queries, "k");
    List<InputRow> rows = joined(table, contexts(contexts));

    assertThat(rows).extracting(InputRow::id).containsExactly("a", "b", "a", "c");
    assertThat(rows).extracting(row -> row.kept()[0]).containsExactly(1L, 2L, 3L, 4L);
    assertThat(rows)
        .extracting(row -> ((float[][]) row.payload()[0])[0][0])
        .containsExactly(1f, 2f, 3f, 4f);
    float[][] ofA = {{10, 11}, {12, 13}};
    assertThat((float[][]) rows.get(0).payload()[1]).isDeepEqualTo(ofA);
    assertThat((float[][]) rows.get(1).payload()[1]).isDeepEqualTo(new float[][] {{20, 21}});
    assertThat((float[][]) rows.get(2).payload()[1]).isDeepEqualTo(ofA);
    assertThat(rows.get(3).payload()).hasSize(2).endsWith((Object) null);
    assertThat(rows.get(1).raw()).isEqualTo("{\"id\": \"b\", \"query\": [[2]], \"k\": 2}");
    assertThat(rows).allMatch(row -> row.source().endsWith("queries.jsonl"));
    assertThat(rows.stream().mapToLong(InputRow::units).sum()).isEqualTo(table.totalUnits());
  }

  @Test
  void a_query_without_one_good_context_is_rejected() throws IOException {
    Path queries =
        write(
            "queries.jsonl",
            """
            {"id": 1, "query": [[1]]}
            {"id": 2, "query": [[1]]}
            {"id": 3, "query": [[1]]}
            {"id": 4, "query": [[1]]}
            {"id": 5, "query": "wrong"}
            not JSON
            {"id": 6, "query": [[1]]}
            """);
    Path contexts =
        write(
            "contexts.jsonl",
            """
            {"id": 2, "context": [[1]]}
            {"id": 3, "context": [[1, null]]}
            {"id": 2, "context": [[2]]}
            {"id": 5, "context": [[2]]}
            {"id": 6, "context": [[2]]}
            {"id": 6, "context": [[2], [null]]}
            {"id": 6, "context": [[2]]}
            {"id": null, "context": [[2]]}
            not JSON
            {"id": 4}
            """);
    InputTable table = queries(queries);
    List<InputRow> rows = joined(table, contexts(contexts));

    String at = "file:" + contexts + ", position ";
    assertThat(rows)
        .extracting(row -> row.rejection().orElseThrow())
        .startsWith(
            new Rejection(Reason.MISSING_CONTEXT, "the contexts have no row of this id"),
            new Rejection(
                Reason.AMBIGUOUS_CONTEXT,
                "the contexts have 2 rows of this id, at " + at + "0 and " + at + "62"),
            new Rejection(
                Reason.WRONG_TYPE,
                "context at "
                    + at
                    + "28: column context: vector 0, value 1, null, is not of type"
                    + " array<array<float>>"),
            new Rejection(
                Reason.MISSING_COLUMN, "context at " + at + "250: the row has no column context"),
            new Rejection(
                Reason.WRONG_TYPE, "column query: \"wrong\" is not of type array<array<float>>"))
        .endsWith(
            new Rejection(
                Reason.AMBIGUOUS_CONTEXT,
                "the contexts have 3 rows of this id, at " + at + "118 and " + at + "146, …"));
    assertThat(rows.get(5).rejection().orElseThrow().reason()).isEqualTo(Reason.MALFORMED);
    assertThat(rows).extracting(InputRow::id).containsExactly(1L, 2L, 3L, 4L, 5L, null, 6L);
    assertThat(rows.get(0).raw()).isEqualTo("{\"id\": 1, \"query\": [[1]]}");
    assertThat(rows.stream().mapToLong(InputRow::units).sum()).isEqualTo(table.totalUnits());
  }

  @Test
  void ids_of_equal_hashes_are_told_apart() throws IOException {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    Path queries =
        write(
            "queries.jsonl",
            """
            {"id": "Aa", "query": [[1]]}
            {"id": "BB", "query": [[2]]}
            {"id": "C#", "query": [[3]]}
            """);
    Path contexts =
        write(
            "contexts.jsonl",
            """
            {"id": "BB", "context": [[2]]}
            {"id": "Aa", "context": [[1]]}
            """);
    List<InputRow> rows = joined(queries(queries), contexts(contexts));
    assertThat(rows.subList(0, 2))
        .allSatisfy(row -> assertThat(row.payload()[1]).isEqualTo(row.payload()[0]));
    assertThat(rows.get(2).rejection().orElseThrow().reason()).isEqualTo(Reason.MISSING_CONTEXT);
  }

  @Test
  void ids_of_every_type_of_parquet_are_joined() {
    for (String type : List.of("BINARY", "DATE", "TIMESTAMP", "DECIMAL(9,2)", "STRUCT<x: INT>")) {
      String id =
          switch (type) {
            case "DATE" -> "DATE'2024-02-29'";
            case "TIMESTAMP" -> "TIMESTAMP'2024-02-29 12:00:00'";
            case "STRUCT<x: INT>" -> "named_struct('x', 7)";
            default -> "CAST('7' AS %s)".formatted(type);
          };
      String name = type.replaceAll("\\W", "");
      InputTable queries = queries(table("q" + name, id, "query"));
      InputTable contexts = contexts(table("c" + name, id, "context"));
      assertThatCode(() -> ContextJoin.with(queries, contexts)).doesNotThrowAnyException();
      List<InputRow> rows = joined(queries, contexts);
      assertThat(rows).hasSize(1);
      assertThat(rows.get(0).payload()).hasSize(2);
    }
  }

  @Test
  void the_order_of_the_output_is_that_of_no_shuffle() throws IOException {
    long seed = 4711;
    List<Integer> ids =
        IntStream.range(0, 300)
            .mapToObj(i -> i % 100)
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(ids, new Random(seed));
    String queries =
        ids.stream()
            .map(id -> String.format(Locale.ROOT, "{\"id\": %d, \"query\": [[1]]}\n", id))
            .collect(Collectors.joining());
    String contexts =
        IntStream.range(10, 110)
            .mapToObj(i -> String.format(Locale.ROOT, "{\"id\": %d, \"context\": [[%d]]}\n", i, i))
            .collect(Collectors.joining());
    InputTable left = queries(write("queries.jsonl", queries));
    JavaRDD<InputRow> right = contexts(write("contexts.jsonl", contexts)).rows();

    List<List<Long>> places = positions(ContextJoin.join(IDS, left.rows().repartition(7), right));
    assertThat(places).as("seed %d", seed).hasSize(7);
    assertThat(positions(ContextJoin.join(IDS, left.rows().repartition(3), right.repartition(7))))
        .as("seed %d", seed)
        .isEqualTo(places);
    assertThat(ContextJoin.join(IDS, left.rows(), right).getNumPartitions()).isEqualTo(1);

    List<InputRow> rows = ordered(ContextJoin.join(IDS, left.rows(), right.repartition(5)));
    assertThat(rows).extracting(row -> ((Long) row.id()).intValue()).isEqualTo(ids);
    assertThat(rows)
        .allSatisfy(
            row -> {
              if ((Long) row.id() < 10) {
                assertThat(row.rejection()).isPresent();
              } else {
                float[][] context = (float[][]) row.payload()[1];
                assertThat(context[0][0]).isEqualTo(((Long) row.id()).floatValue());
              }
            });
  }

  @Test
  void tables_whose_ids_cannot_be_compared_are_refused() throws IOException {
    Path numbers = write("numbers.jsonl", "{\"id\": 1, \"query\": [[1]]}\n");
    Path texts = write("texts.jsonl", "{\"id\": \"1\", \"context\": [[1]]}\n");
    Path without = write("without.jsonl", "{\"query\": [[1]], \"context\": [[1]]}\n");
    assertThatThrownBy(() -> ContextJoin.with(queries(numbers), contexts(texts)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the ids of --input are of type bigint, those of --context-input of type string: only"
                + " ids of one type are joined");
    assertThatThrownBy(() -> ContextJoin.with(queries(without), contexts(texts)))
        .isInstanceOf(InputException.class)
        .hasMessage("--input has no column id to join by (--id-column)");
    assertThatThrownBy(() -> ContextJoin.with(queries(numbers), contexts(without)))
        .isInstanceOf(InputException.class)
        .hasMessage("--context-input has no column id to join by (--id-column)");
    InputTable declared =
        open(texts, Optional.of(StructType.fromDDL("id STRING, late INT")), "context");
    assertThatCode(() -> ContextJoin.with(contexts(texts), declared)).doesNotThrowAnyException();
  }

  private static List<List<Long>> positions(JavaRDD<InputRow> rows) {
    return rows.map(InputRow::position).glom().collect();
  }

  private List<InputRow> joined(InputTable queries, InputTable contexts) {
    return ordered(
        ContextJoin.join(IDS, queries.rows().repartition(3), contexts.rows().repartition(2)));
  }

  private static List<InputRow> ordered(JavaRDD<InputRow> rows) {
    return rows.collect().stream()
        .sorted((a, b) -> Long.compare(a.position(), b.position()))
        .toList();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private Path table(String name, String id, String column) {
    Path path = directory.resolve(name);
    spark()
        .sql("SELECT %s AS id, array(array(1F)) AS %s".formatted(id, column))
        .write()
        .parquet(path.toString());
    return path;
  }

  private InputTable queries(Path path, String... kept) {
    return open(path, Optional.empty(), "query", kept);
  }

  private InputTable contexts(Path path) {
    return open(path, Optional.empty(), "context");
  }

  private InputTable open(Path path, Optional<StructType> schema, String column, String... kept) {
    return InputTable.open(
        spark(),
        new InputRequest(
            path.toString(),
            Optional.empty(),
            schema,
            Optional.empty(),
            List.of(new PayloadColumn(column, PayloadType.VECTORS)),
            List.of(kept),
            Partitioning.ofInput(8 << 20, 1)));
  }
}
