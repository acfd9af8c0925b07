package io.heed.job;

import java.util.Optional;
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
   * @param rows as a {@link RowComputation} gives them
   * @param outputs where else something is told
   * @param provenance of the table, for the metadata of a computed column
   */
  Dataset<Row> of(Dataset<Row> rows, TaskOutputs outputs, Metadata provenance);
}
