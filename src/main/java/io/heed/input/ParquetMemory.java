package io.heed.input;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** How much memory a task takes that reads Parquet, as Spark's and Parquet's settings say. */
public final class ParquetMemory {
  private static final String DECODED_TOGETHER = "spark.sql.parquet.columnarReaderBatchSize";
  private static final String VECTORED_READS = "parquet.hadoop.vectored.io.enabled";

  private ParquetMemory() {}

  /** Whether the user has set how many rows are decoded together. */
  static boolean isDecodingSet(SparkSession spark) {
    return spark.conf().getAll().contains(DECODED_TOGETHER);
  }

  /** Makes a session decode so many rows of a file at once, of Spark's 4,096. */
  public static void decodeTogether(SparkSession session, int rows) {
    session.conf().set(DECODED_TOGETHER, rows);
  }

  /**
   * Makes a session read what it decodes, and not whole row groups ahead, which would be held in
   * direct memory as well; unless the user has set it, for Spark or for Hadoop.
   */
  public static void readAsDecoded(SparkSession session) {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    if (!session.conf().getAll().contains(VECTORED_READS) && hadoop.get(VECTORED_READS) == null) {
      session.conf().set(VECTORED_READS, false);
    }
  }
}
