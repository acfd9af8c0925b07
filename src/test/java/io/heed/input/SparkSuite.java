package io.heed.input;

import io.heed.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One local Spark for the tests of a class, and the ways in which they ask for input. */
abstract class SparkSuite {
  static SparkSession spark;

  @TempDir Path directory;

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.twoCores();
    spark.sparkContext().setLogLevel("ERROR");
  }

  @AfterAll
  static void stopSpark() {
    LocalSpark.stop();
  }

  Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  static InputRequest texts(Object path, String... kept) {
    return new InputRequest(
        path.toString(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(new PayloadColumn("text", PayloadType.TEXT)),
        List.of(kept),
        Partitioning.ofInput(8 << 20, 1));
  }

  static InputRequest tokens(Object path) {
    return withPayload(texts(path), new PayloadColumn("tokens", PayloadType.TOKEN_IDS));
  }

  static InputRequest withPayload(InputRequest r, PayloadColumn... columns) {
    return new InputRequest(
        r.path(),
        r.format(),
        r.schema(),
        r.idColumn(),
        List.of(columns),
        r.keptColumns(),
        r.partitioning());
  }

  static InputRequest typed(InputRequest r, String ddl) {
    return new InputRequest(
        r.path(),
        r.format(),
        Optional.of(StructType.fromDDL(ddl)),
        r.idColumn(),
        r.payload(),
        r.keptColumns(),
        r.partitioning());
  }

  static InputRequest withId(InputRequest r, String id) {
    return new InputRequest(
        r.path(),
        r.format(),
        r.schema(),
        Optional.of(id),
        r.payload(),
        r.keptColumns(),
        r.partitioning());
  }

  static InputRequest withFormat(InputRequest r, InputFormat format) {
    return new InputRequest(
        r.path(),
        Optional.of(format),
        r.schema(),
        r.idColumn(),
        r.payload(),
        r.keptColumns(),
        r.partitioning());
  }

  static InputRequest split(InputRequest r, Partitioning partitioning) {
    return new InputRequest(
        r.path(), r.format(), r.schema(), r.idColumn(), r.payload(), r.keptColumns(), partitioning);
  }

  static InputTable open(InputRequest request) {
    return InputTable.open(spark, request);
  }

  /** All rows, ordered by place. */
  static List<InputRow> rows(InputRequest request) {
    return open(request).rows().collect().stream()
        .sorted(Comparator.comparing(InputRow::source).thenComparing(InputRow::position))
        .toList();
  }

  /** The reason for which a row is rejected, else its first payload. */
  static Object outcome(InputRow row) {
    return row.rejection().<Object>map(r -> r.reason()).orElseGet(() -> row.payload()[0]);
  }

  static List<Object> outcomes(InputRequest request) {
    return rows(request).stream().map(SparkSuite::outcome).toList();
  }
}
