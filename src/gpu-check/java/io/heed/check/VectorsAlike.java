package io.heed.check;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Compares tables of vectors: that one has all rows, and that its vectors are those of the other.
 */
public final class VectorsAlike {
  private static final double LEAST = 0.9995;
  private static final double LEAST_MEAN = 0.9999;

  private VectorsAlike() {}

  /**
   * The table to check, ROWS that it is to have, and the table with what some of its rows should
   * be.
   */
  public static void main(String... arguments) throws IOException {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Dataset<Row> found = spark.read().parquet(arguments[0]).select("id", "embedding");
      long rows = found.count();
      long distinct = found.select("id").distinct().count();
      long nulls = found.where("embedding is null").count();
      List<Row> pairs =
          spark
              .read()
              .parquet(arguments[2])
              .selectExpr("id", "embedding as expected")
              .join(found, "id")
              .select("expected", "embedding")
              .collectAsList();
      double least = 1;
      double sum = 0;
      for (Row pair : pairs) {
        double cosine = cosine(pair.getList(0), pair.getList(1));
        least = Math.min(least, cosine);
        sum += cosine;
      }
      double mean = sum / pairs.size();
      boolean complete = rows == Long.parseLong(arguments[1]) && distinct == rows && nulls == 0;
      boolean right = complete && !pairs.isEmpty() && least >= LEAST && mean >= LEAST_MEAN;
      System.out.printf(
          Locale.ROOT,
          "%s rows %d distinct %d null %d compared %d least_cosine %.6f mean_cosine %.6f%n",
          right ? "right" : "WRONG",
          rows,
          distinct,
          nulls,
          pairs.size(),
          least,
          mean);
      if (!right) {
        System.exit(1);
      }
    }
  }

  private static double cosine(List<Float> a, List<Float> b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.size(); i++) {
      product += (double) a.get(i) * b.get(i);
      squaresOfA += (double) a.get(i) * a.get(i);
      squaresOfB += (double) b.get(i) * b.get(i);
    }
    return product / Math.sqrt(squaresOfA * squaresOfB);
  }
}
