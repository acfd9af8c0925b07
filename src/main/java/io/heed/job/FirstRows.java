package io.heed.job;

import io.heed.input.NamedPaths;
import io.heed.input.ParquetMemory;
import java.io.PrintStream;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import scala.Console;

/**
 * Shows the first rows of an output. Texts, bytes and arrays are cut before they are text to print,
 * so that one row at a time is in memory as it stands in the file.
 */
final class FirstRows {
  private static final int ROWS = 5;
  private static final int WIDTH = 48;

  private FirstRows() {}

  /** Prints a table of the first rows of the Parquet files in {@code directory}. */
  static void show(SparkSession spark, String directory, PrintStream out) {
    SparkSession session = spark.newSession();
    // A row may hold a vector per token, and few are shown, whatever is set for large tables.
    ParquetMemory.decodeTogether(session, 1);
    ParquetMemory.readAsDecoded(session);
    Dataset<Row> table = NamedPaths.reader(session).parquet(directory);
    Column[] columns =
        Arrays.stream(table.schema().fields())
            .map(field -> shown(table.col(quoted(field.name())), field.dataType()).as(field.name()))
            .toArray(Column[]::new);
    Console.withOut(
        out,
        () -> {
          table.select(columns).show(ROWS, WIDTH);
          return null;
        });
  }

  /** As much of a value as fills the width and a little more, so that it is shown as cut. */
  private static Column shown(Column value, DataType type) {
    if (type instanceof StringType || type instanceof BinaryType) {
      return functions.substring(value, 1, WIDTH + 1);
    }
    if (type instanceof ArrayType array) {
      Column start = functions.slice(value, 1, WIDTH);
      DataType inner = array.elementType();
      boolean isLong =
          inner instanceof ArrayType
              || inner instanceof StringType
              || inner instanceof BinaryType
              || inner instanceof StructType;
      return isLong ? functions.transform(start, element -> shown(element, inner)) : start;
    }
    if (type instanceof StructType struct) {
      return functions.struct(
          Arrays.stream(struct.fields())
              .map(field -> shown(value.getField(field.name()), field.dataType()).as(field.name()))
              .toArray(Column[]::new));
    }
    return value;
  }

  private static String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }
}
