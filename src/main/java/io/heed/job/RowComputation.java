package io.heed.job;

import io.heed.input.InputRow;
import io.heed.output.Publication;
import io.heed.output.RunReport;
import io.heed.spark.table.RowTransform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What a job does with the rows of a table, one row to at most one row: a transform, and what the
 * job does around it.
 *
 * @param <R> what a row yields
 */
public interface RowComputation<R> {

  /**
   * The computation for a table, once it is open.
   *
   * @param carried the id and the kept columns of its rows
   */
  default RowComputation<?> forTable(List<StructField> carried) {
    return this;
  }

  /** What has to be done before rows are computed, once it is known that OUTPUT can be written. */
  default void prepare(TableRun run, Publication publication) {}

  /** The columns of the result, known before anything is prepared. */
  default StructType added() {
    return transform().added();
  }

  /** What becomes of each row, once all is prepared. */
  RowTransform<R> transform();

  /** The rows of the input with what else they are computed from. */
  default JavaRDD<InputRow> complete(JavaRDD<InputRow> rows) {
    return rows;
  }

  /**
   * What Spark computes of the columns of {@link #transform} before they are written; where there
   * is something, {@link #added} says what they have become.
   */
  default Optional<ColumnComputation> columns() {
    return Optional.empty();
  }

  /** Sees the rows of each task that have a result. */
  default RowListener.Maker<R> listeners() {
    return RowListener::none;
  }

  /** Adds files to what is published, once all rows are computed and few enough are rejected. */
  default void finish(Publication publication) {}

  /** What the report says besides: see {@link RunReport#details}. */
  default Map<String, ?> details() {
    return Map.of();
  }

  /** Nothing but a transform. */
  static <R> RowComputation<R> of(RowTransform<R> transform) {
    return () -> transform;
  }
}
