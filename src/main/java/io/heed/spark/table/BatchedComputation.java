package io.heed.spark.table;

import io.heed.engine.BatchComputation;
import io.heed.engine.BatchStream;
import io.heed.engine.OutcomeStream;
import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import java.util.Iterator;
import java.util.function.Function;

/**
 * Rows that are computed in batches.
 *
 * @param <I> what a row is computed from
 * @param <R> what it yields
 */
public abstract class BatchedComputation<I, R> implements TaskComputation<R> {
  private final BatchComputation<I, R> batches;

  /** Computes rows by {@code batches}. */
  protected BatchedComputation(BatchComputation<I, R> batches) {
    this.batches = batches;
  }

  /** What a row is computed from, of those that are not rejected. */
  protected abstract Rejectable<I> read(RowValues row);

  @Override
  public final <W extends RowValues> OutcomeStream<W, R> outcomes(Iterator<W> rows) {
    return new BatchStream<>(rows, row -> usable(row).then(this::read), RowValues::bytes, batches);
  }

  /**
   * Rows that are computed in batches, by no kernels and from no tokens.
   *
   * @param reader what a row is computed from, of those that are not rejected
   * @param values of the columns of the result
   */
  public static <I, R> BatchedComputation<I, R> of(
      BatchComputation<I, R> batches,
      Function<RowValues, Rejectable<I>> reader,
      Function<R, Object[]> values) {
    return new BatchedComputation<>(batches) {
      @Override
      protected Rejectable<I> read(RowValues row) {
        return reader.apply(row);
      }

      @Override
      public Object[] values(RowValues row, R result) {
        return values.apply(result);
      }
    };
  }

  /** The row itself, unless it is rejected already. */
  public static <W extends RowValues> Rejectable<W> usable(W row) {
    return Rejectable.of(row, row.rejection());
  }
}
