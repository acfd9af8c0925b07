package io.heed.job;

import io.heed.input.InputRow;
import io.heed.spark.table.RowTransform;
import io.heed.spark.table.TaskComputation;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * Input rows to output rows, one partition at a time. Rejected rows go to a side file of the task
 * attempt; good and rejected rows and their counts come from the same pass.
 *
 * @param outputs where everything but the rows goes
 */
record TransformRows<R>(
    RowTransform<R> transform, RowListener.Maker<R> listeners, TaskOutputs outputs)
    implements FlatMapFunction<Iterator<InputRow>, Row> {

  @Override
  public Iterator<Row> call(Iterator<InputRow> rows) {
    TaskComputation<R> computation = transform.open();
    computation.kernels().ifPresent(outputs.kernels()::add);
    return new RowTask<>(outputs, computation, listeners.make(), rows);
  }
}
