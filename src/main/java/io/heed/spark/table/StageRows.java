package io.heed.spark.table;

import io.heed.engine.OutcomeStream;
import io.heed.engine.OutcomeStream.Outcome;
import io.heed.input.SparkRow;
import io.heed.input.SparkRows;
import io.heed.row.Rejection;
import io.heed.spark.executor.KilledTask;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Puts the columns of a transform behind those of a Dataset's rows, one partition at a time and in
 * their order.
 *
 * @param reader what of a row is computed from
 * @param badRows what becomes of rows without a result
 * @param marks the values of the added columns in a row that is marked
 */
record StageRows<R>(RowTransform<R> transform, SparkRows reader, BadRows badRows, Object[] marks)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    TaskComputation<R> computation = transform.open();
    Iterator<SparkRow> read = stream(KilledTask.endsAtNextOf(rows)).map(reader::read).iterator();
    OutcomeStream<SparkRow, R> outcomes = computation.outcomes(read);
    return stream(outcomes)
        .map(outcome -> extended(computation, outcome))
        .filter(Objects::nonNull)
        .iterator();
  }

  private static <T> Stream<T> stream(Iterator<T> items) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(items, 0), false);
  }

  /** The row of the output, or null for one that leaves the table. */
  private Row extended(TaskComputation<R> computation, Outcome<SparkRow, R> outcome) {
    SparkRow row = outcome.item();
    if (outcome.result().rejection().isPresent()) {
      Rejection why = outcome.result().rejection().get();
      return switch (badRows) {
        case REJECT -> null;
        case MARK ->
            extended(row.row(), marks, RowFactory.create(why.reason().code(), why.message()));
        case FAIL -> throw new BadRowException(why);
      };
    }
    Object[] values = computation.values(row, outcome.result().value());
    return badRows == BadRows.MARK
        ? extended(row.row(), values, new Object[] {null})
        : extended(row.row(), values);
  }

  private static Row extended(Row row, Object[] values, Object... last) {
    Object[] all = new Object[row.size() + values.length + last.length];
    for (int i = 0; i < row.size(); i++) {
      all[i] = row.get(i);
    }
    System.arraycopy(values, 0, all, row.size(), values.length);
    System.arraycopy(last, 0, all, row.size() + values.length, last.length);
    return RowFactory.create(all);
  }
}
