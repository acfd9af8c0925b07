package io.heed.check;

import java.io.IOException;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Writes a table of token ids, their number log-normal as that of passages is, and some of its rows
 * apart.
 */
public final class IdTable {
  private static final int FILES = 64;

  private IdTable() {}

  /** ROWS, MEAN tokens, VOCABULARY, the table to write, the table of SOME of its rows, SOME. */
  public static void main(String... arguments) throws IOException {
    long rows = Long.parseLong(arguments[0]);
    double mean = Double.parseDouble(arguments[1]);
    int vocabulary = Integer.parseInt(arguments[2]);
    long each = Math.max(1, rows / Long.parseLong(arguments[5]));
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Dataset<Row> table =
          spark
              .range(0, rows, 1, FILES)
              .selectExpr("id", count(mean))
              .selectExpr(
                  "id", "transform(sequence(1, n), i -> " + token(vocabulary) + ") as tokens");
      table.write().parquet(arguments[3]);
      spark
          .read()
          .parquet(arguments[3])
          .where("id % " + each + " = 0")
          .coalesce(1)
          .write()
          .parquet(arguments[4]);
      long tokens =
          spark.read().parquet(arguments[3]).selectExpr("sum(size(tokens))").head().getLong(0);
      System.out.println("tokens " + tokens);
    }
  }

  private static String count(double mean) {
    return String.format(
        Locale.ROOT,
        "cast(least(512, greatest(4, round(exp(log(%s) - 0.1 + 0.45 * randn(7))))) as int) as n",
        mean);
  }

  private static String token(int vocabulary) {
    return String.format(Locale.ROOT, "cast(4 + pmod(hash(id, i), %d) as int)", vocabulary - 4);
  }
}
