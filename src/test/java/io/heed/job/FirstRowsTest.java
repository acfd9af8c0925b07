package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Console;

class FirstRowsTest {
  private static final int ROWS = 5;
  private static final int WIDTH = 48;

  private final SparkSession spark = LocalSpark.twoCores();

  @Test
  void cutValuesLookAsIfCutByShow(@TempDir Path directory) {
    String table = directory.resolve("table").toString();
    spark
        .sql(
            """
            select
              id as `a.b`,
              repeat('é', int(id) * 24) as `long ``text`,
              if(id = 1, null, repeat('x', 48 + int(id))) as edge,
              transform(sequence(1, 384), i -> float(i / 7 + id)) as vector,
              transform(sequence(1, 1 + int(id) * 60), t -> array(float(t), null)) as vectors,
              array(repeat('y', 100), '', null) as texts,
              array_repeat('', 60) as empty,
              array() as none,
              named_struct('s', repeat('z', 100), 'n', id) as structure,
              map('k', array(1, 2)) as mapping,
              cast('bytes' as binary) as bytes,
              cast(repeat('b', 100) as binary) as `long bytes`,
              array(cast(repeat('c', 100) as binary), null) as `array of bytes`,
              date '2020-01-01' as day
            from range(0, 7, 1, 1)
            """)
        .write()
        .parquet(table);

    Dataset<Row> whole = spark.read().parquet(table);

    assertThat(printed(out -> FirstRows.show(spark, table, out)))
        .isEqualTo(printed(out -> Console.withOut(out, () -> show(whole))))
        .contains("only showing top 5 rows");
  }

  private static Object show(Dataset<Row> table) {
    table.show(ROWS, WIDTH);
    return null;
  }

  private static String printed(Consumer<PrintStream> action) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    action.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
