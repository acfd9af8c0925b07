package io.heed.job;

import io.heed.row.Rejection;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;

/** What Spark itself computes of the rows of a table, column by column, before they are written. */
public interface ColumnComputation {

  /** Sets what a session has to have before tables of it are planned. */
  default void prepare(SparkSession spark) {}

  /**
   * The rows of an input that is read by columns, where none of them is to be rejected: they need
   * not pass a core. Empty where some are, or it cannot be told.
   *
   * @param columns of the input, see {@link io.heed.input.InputTable#columns}
   */
  default Optional<WholeTable> whole(Dataset<Row> columns) {
    return Optional.empty();
  }

  /**
   * The table that is written.
   *
   * @param rows as a {@link RowComputation} gives them, and counts them
   * @param outputs where else something is told
   * @param provenance of the table, for the metadata of a computed column
   */
  Dataset<Row> of(Dataset<Row> rows, TaskOutputs outputs, Metadata provenance);

  /**
   * The same of the rows of {@link #whole}; tells of them by {@link
   * io.heed.output.RunCounters#addPassed}.
   */
  Dataset<Row> ofWhole(Dataset<Row> rows, TaskOutputs outputs, Metadata provenance);

  /**
   * Which rows of a written table have no result after all; asked where tasks have told of suspect
   * ones, see {@link io.heed.output.RunCounters#addSuspects}.
   */
  Suspects suspects(Dataset<Row> written);

  /**
   * Rows to be rejected, of columns of a written table.
   *
   * @param isSuspect whether a row is one
   * @param why they are rejected
   * @param tokens of a row, as counted
   * @param truncated whether a row was counted as cut
   */
  record Suspects(Column isSuspect, Rejection why, Column tokens, Column truncated) {}
}
