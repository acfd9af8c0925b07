package io.heed.job;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchLimits;
import io.heed.input.InputRow;
import io.heed.row.Rejectable;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarSeries;
import io.heed.spark.RowTask;
import io.heed.spark.TaskOutputs;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** One task attempt over rows of price bars. Not thread-safe. */
final class DiscretizeTask extends RowTask<int[]> {
  private static final int BATCH_TOKENS = 1 << 16;

  /**
   * A task.
   *
   * @param reader rejects rows that cannot be used
   * @param discretizer makes the tokens; null where no row can be used
   */
  DiscretizeTask(
      Iterator<InputRow> rows,
      Function<InputRow, Rejectable<BarSeries>> reader,
      BarDiscretizer discretizer,
      TaskOutputs outputs) {
    super(outputs, rows, reader, new Batches(discretizer));
  }

  private record Batches(BarDiscretizer discretizer) implements BatchComputation<BarSeries, int[]> {

    @Override
    public BatchLimits<BarSeries> limits() {
      return BatchLimits.of(BarSeries::tokens, BATCH_TOKENS);
    }

    @Override
    public List<Rejectable<int[]>> compute(List<BarSeries> rows) {
      return rows.stream().map(row -> Rejectable.of(discretizer.tokens(row))).toList();
    }
  }

  @Override
  protected int tokens(int[] ids) {
    return ids.length;
  }

  @Override
  protected Row output(InputRow row, int[] ids) {
    return extended(row, ids);
  }
}
