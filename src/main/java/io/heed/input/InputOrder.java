package io.heed.input;

import java.util.Comparator;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.JavaSerializer;
import scala.Tuple2;

/**
 * The order in which rows stand in their files, and these by their paths: for what depends on the
 * order of rows, but must not on splits, cores or shuffles.
 */
public final class InputOrder {
  /** So that numbers of 19 digits are ordered as text is. */
  private static final long DIGITS = 1_000_000_000_000_000_000L;

  private InputOrder() {}

  /** The rows in this order, in as many partitions as before. Reads the input twice. */
  public static JavaRDD<InputRow> of(JavaRDD<InputRow> rows) {
    JavaPairRDD<String, InputRow> sorted =
        rows.mapToPair(row -> new Tuple2<>(key(row), row))
            .sortByKey(Comparator.naturalOrder(), true, Math.max(1, rows.getNumPartitions()));
    ((ShuffledRDD<?, ?, ?>) sorted.rdd())
        .setSerializer(new JavaSerializer(rows.context().getConf()));
    return sorted.values();
  }

  /** A text, for samples of keys go by the serializer of the session. */
  private static String key(InputRow row) {
    return row.source() + '\0' + (DIGITS + row.position());
  }
}
