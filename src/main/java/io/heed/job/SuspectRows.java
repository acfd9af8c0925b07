package io.heed.job;

import static org.apache.spark.sql.functions.not;

import io.heed.input.Columns;
import io.heed.job.ColumnComputation.Suspects;
import io.heed.output.RejectedRow;
import io.heed.output.RejectedRowsWriter;
import io.heed.output.TaskCounters;
import io.heed.row.Rejection;
import io.heed.value.ValueJson;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of a written table that turn out to have no result. What computes by columns can drop no row
 * while it does, so these are taken out afterwards, and the others written anew.
 *
 * @param written the table
 */
record SuspectRows(Dataset<Row> written, Suspects suspects) {
  private static final String TOKENS = "token_count";
  private static final String TRUNCATED = "truncated";

  /**
   * The rows that stay.
   *
   * @param schema as they were written: Spark reads every column as one that can be null
   */
  Dataset<Row> others(StructType schema) {
    return written
        .sparkSession()
        .createDataFrame(written.where(not(suspects.are())).javaRDD(), schema);
  }

  /**
   * Rejects the suspect rows: their ids and kept columns are all that is known of them.
   *
   * @param carried the id and the kept columns
   */
  void reject(List<StructField> carried, TaskOutputs outputs) {
    Stream<Column> told = carried.stream().map(field -> written.col(Columns.quoted(field.name())));
    Stream<Column> counted =
        Stream.of(suspects.tokens().as(TOKENS), suspects.truncated().as(TRUNCATED));
    written
        .where(suspects.are())
        .select(Stream.concat(told, counted).toArray(Column[]::new))
        .javaRDD()
        .foreachPartition(new Reject(suspects.why(), outputs));
  }

  /** The suspect rows of one partition. */
  private record Reject(Rejection why, TaskOutputs outputs) implements VoidFunction<Iterator<Row>> {
    @Override
    public void call(Iterator<Row> rows) throws IOException {
      TaskCounters counters = outputs.counters().newTask();
      RejectedRowsWriter rejected = outputs.rejectedRows();
      while (rows.hasNext()) {
        Row row = rows.next();
        counters.rowRejectedAfterwards(
            why.reason(), row.getInt(row.size() - 2), row.getBoolean(row.size() - 1));
        rejected.write(new RejectedRow(row.get(0), why, null, -1, ValueJson.of(row)));
      }
      rejected.finish().ifPresent(outputs.counters()::addRejectedFile);
      counters.flush();
    }
  }
}
