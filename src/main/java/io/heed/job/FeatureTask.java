package io.heed.job;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchLimits;
import io.heed.input.InputRow;
import io.heed.row.Rejectable;
import io.heed.spark.RowTask;
import io.heed.spark.TaskOutputs;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** One task attempt over rows of features. Not thread-safe. */
final class FeatureTask extends RowTask<Row> {

  /**
   * A task.
   *
   * @param reader rejects rows that cannot be used
   * @param batchSize rows that are computed together
   * @param batch computes rows that can be used: an output row or a rejection for each
   */
  FeatureTask(
      Iterator<InputRow> rows,
      Function<InputRow, Rejectable<InputRow>> reader,
      int batchSize,
      Function<List<InputRow>, List<Rejectable<Row>>> batch,
      TaskOutputs outputs) {
    super(outputs, rows, reader, new Batches(BatchLimits.of(row -> 1, batchSize), batch));
  }

  private record Batches(
      BatchLimits<InputRow> limits, Function<List<InputRow>, List<Rejectable<Row>>> batch)
      implements BatchComputation<InputRow, Row> {

    @Override
    public List<Rejectable<Row>> compute(List<InputRow> rows) {
      return batch.apply(rows);
    }
  }

  /** The output row of a prediction. */
  static Row predicted(InputRow row, double prediction) {
    return extended(row, prediction);
  }

  @Override
  protected Row output(InputRow row, Row result) {
    return result;
  }
}
