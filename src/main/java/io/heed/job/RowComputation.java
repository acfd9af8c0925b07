package io.heed.job;

import io.heed.input.InputRow;
import io.heed.output.Publication;
import io.heed.spark.TaskOutputs;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What a job does with the rows of a table, one row to at most one row. */
interface RowComputation {

  /** Adds files to what is published, once all rows are computed and few enough are rejected. */
  default void finish(Publication publication) {}

  /** The columns of the output. */
  StructType schema(StructField id, List<StructField> keptFields);

  /** The rows of the output; every other input row is rejected through {@code outputs}. */
  JavaRDD<Row> compute(JavaRDD<InputRow> rows, TaskOutputs outputs);
}
