package io.heed.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class ValueBytesTest {
  private static final String TEXT = "x".repeat(1000);

  @Test
  void counts_texts_wherever_they_stand() {
    List<Object> holders =
        List.of(
            TEXT,
            RowFactory.create(1, TEXT, null),
            new Object[] {null, TEXT},
            CollectionConverters.asScala(List.of(TEXT)).toSeq(),
            CollectionConverters.asScala(Map.of("k", TEXT)),
            CollectionConverters.asScala(Map.of(TEXT, 1)),
            RowFactory.create(
                CollectionConverters.asScala(List.of(RowFactory.create(TEXT))).toSeq()));
    assertThat(holders)
        .allSatisfy(holder -> assertThat(ValueBytes.of(holder)).isBetween(2000L, 2200L));
  }

  @Test
  void counts_arrays_by_their_length() {
    assertThat(ValueBytes.of(new byte[1000])).isBetween(1000L, 1100L);
    assertThat(ValueBytes.of(new int[1000])).isBetween(4000L, 4100L);
    Object floats = CollectionConverters.asScala(List.of(1f, 2f, 3f, 4f)).toSeq();
    assertThat(ValueBytes.of(floats)).isBetween(64L, 128L);
  }

  @Test
  void counts_vectors_by_the_values_that_they_hold() {
    assertThat(ValueBytes.of(Vectors.dense(new double[1000]))).isBetween(8000L, 12_100L);
    Object sparse = Vectors.sparse(1_000_000, IntStream.range(0, 1000).toArray(), new double[1000]);
    assertThat(ValueBytes.of(sparse)).isBetween(12_000L, 12_100L);
  }

  @Test
  void counts_little_for_little() {
    assertThat(ValueBytes.of(null)).isZero();
    assertThat(ValueBytes.of(1L)).isBetween(1L, 32L);
    assertThat(ValueBytes.of(LocalDate.EPOCH)).isBetween(1L, 32L);
  }
}
