package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class ParquetMemoryTest extends SparkSuite {
  private static final String VECTORED_READS = "parquet.hadoop.vectored.io.enabled";

  private static String vectoredReads(SparkSession session) {
    ParquetMemory.readAsDecoded(session);
    return session.sessionState().newHadoopConf().get(VECTORED_READS);
  }

  @Test
  void row_groups_are_not_read_ahead() {
    assertThat(vectoredReads(spark.newSession())).isEqualTo("false");
  }

  @Test
  void what_the_user_says_of_reading_ahead_holds() {
    SparkSession session = spark.newSession();
    session.conf().set(VECTORED_READS, true);
    assertThat(vectoredReads(session)).isEqualTo("true");

    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    hadoop.set(VECTORED_READS, "true");
    try {
      assertThat(vectoredReads(spark.newSession())).isEqualTo("true");
    } finally {
      hadoop.unset(VECTORED_READS);
    }
  }

  @Test
  void few_rows_are_decoded_together_in_that_session() {
    SparkSession session = spark.newSession();
    assertThat(ParquetMemory.isDecodingSet(session)).isFalse();
    ParquetMemory.decodeTogether(session, 3);
    assertThat(ParquetMemory.isDecodingSet(session)).isTrue();
    assertThat(session.sessionState().conf().parquetVectorizedReaderBatchSize()).isEqualTo(3);
    assertThat(ParquetMemory.isDecodingSet(spark)).isFalse();
  }
}
