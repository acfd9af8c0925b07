package io.heed.attend;

import io.heed.attend.JoinedRow.ContextRow;
import io.heed.attend.JoinedRow.QueryRow;
import io.heed.input.InputException;
import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.job.TableSettings;
import io.heed.settings.Setting;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.sql.types.DataType;
import scala.Tuple2;
import scala.math.Ordering$;
import scala.reflect.ClassTag;

/** Gives the rows of one table the payload of the rows with the same id in a second one. */
final class ContextJoin {

  private ContextJoin() {}

  private static JoinIds ids(InputTable queries, InputTable contexts) {
    requireIdColumn(queries, TableSettings.INPUT);
    requireIdColumn(contexts, AttendSettings.CONTEXT_INPUT);
    DataType query = queries.idField().dataType();
    DataType context = contexts.idField().dataType();
    return JoinIds.of(query, context)
        .orElseThrow(
            () ->
                new InputException(
                    String.format(
                        Locale.ROOT,
                        "the ids of %s are of type %s, those of %s of type %s: only ids of one type are joined",
                        TableSettings.INPUT.option(),
                        query.catalogString(),
                        AttendSettings.CONTEXT_INPUT.option(),
                        context.catalogString())));
  }

  private static void requireIdColumn(InputTable table, Setting<?> input) {
    if (!table.hasIdColumn()) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%s has no column %s to join by (%s)",
              input.option(),
              table.idField().name(),
              TableSettings.ID_COLUMN.option()));
    }
  }

  /**
   * What joins the rows of two tables: makes of query rows one row each, with the payload of its
   * context after its own. A query row that is rejected stays as it is; one whose id has no
   * context, or several, or one that is rejected, is rejected for that. Query rows of one id share
   * its context. Context rows that no query row asks for, and those whose id is not known, are
   * passed over. Progress is that of the query rows.
   *
   * <p>Both tables take one shuffle, by the hash of the id, and are sorted, on disk where memory is
   * short: a task holds one context per id of the same hash, however many rows ask for it or stand
   * in the second table. All rows of one id go to one task, whose rows come in the order of hash,
   * source and position: the same in every run over the same number of partitions.
   *
   * @throws InputException when a table has no id column, or their ids are of types of which no two
   *     values are equal
   */
  public static UnaryOperator<JavaRDD<InputRow>> with(InputTable queries, InputTable contexts) {
    JoinIds ids = ids(queries, contexts);
    return rows -> join(ids, rows, contexts.rows());
  }

  /** The rows of {@link #with}. */
  static JavaRDD<InputRow> join(
      JoinIds ids, JavaRDD<InputRow> queries, JavaRDD<InputRow> contexts) {
    int tasks = Math.max(queries.getNumPartitions(), contexts.getNumPartitions());
    JavaPairRDD<JoinKey, JoinedRow> rows =
        queries
            .mapToPair(row -> queryRow(ids, row))
            .union(contexts.filter(row -> row.id() != null).mapToPair(row -> contextRow(ids, row)));
    return sorted(rows, tasks).mapPartitions(MatchedRows::new);
  }

  private static Tuple2<JoinKey, JoinedRow> queryRow(JoinIds ids, InputRow row) {
    byte[] id = row.rejection().isPresent() ? null : ids.bytes(row.id());
    return Tuple2.apply(JoinKey.ofQuery(row, id), new QueryRow(id, row));
  }

  private static Tuple2<JoinKey, JoinedRow> contextRow(JoinIds ids, InputRow row) {
    byte[] id = ids.bytes(row.id());
    return Tuple2.apply(JoinKey.ofContext(row, id), ContextRow.of(id, row));
  }

  private static JavaRDD<Tuple2<JoinKey, JoinedRow>> sorted(
      JavaPairRDD<JoinKey, JoinedRow> rows, int tasks) {
    ClassTag<JoinKey> key = ClassTag.apply(JoinKey.class);
    ClassTag<JoinedRow> row = ClassTag.apply(JoinedRow.class);
    RDD<Tuple2<JoinKey, JoinedRow>> sorted =
        new ShuffledRDD<JoinKey, JoinedRow, JoinedRow>(
                rows.rdd(), new HashPartitioner(tasks), key, row, row)
            .setSerializer(serializer(rows.context().getConf()))
            .setKeyOrdering(
                Ordering$.MODULE$.comparatorToOrdering(Comparator.<JoinKey>naturalOrder()));
    return sorted.toJavaRDD();
  }

  /**
   * Java's own for every row, whatever the session has: Kryo's limits do not hold here. A stream
   * keeps what it has written until it is reset, and a task has up to 200 open: each row resets it.
   */
  private static JavaSerializer serializer(SparkConf session) {
    return new JavaSerializer(session.clone().set("spark.serializer.objectStreamReset", "1"));
  }
}
