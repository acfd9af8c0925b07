package io.heed.job;

import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;

import io.heed.input.Columns;
import io.heed.input.WrittenParquet;
import io.heed.job.ColumnComputation.Suspects;
import io.heed.output.RejectedRow;
import io.heed.output.RejectedRowsWriter;
import io.heed.output.TaskCounters;
import io.heed.row.Rejection;
import io.heed.value.ValueJson;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows of a written table that turn out to have no result. What computes by columns can drop no row
 * while it does, so these are taken out afterwards, and the others written anew.
 *
 * @param written the table
 */
record SuspectRows(Dataset<Row> written, Suspects suspects) {

  /** The rows that stay. */
  Dataset<Row> others() {
    return written.where(not(suspects.isSuspect()));
  }

  /**
   * Rejects the suspect rows: their ids and kept columns are all that is known of them.
   *
   * @param carried how many columns are the id and the kept ones
   */
  void reject(int carried, TaskOutputs outputs) {
    Column[] known =
        Arrays.stream(written.columns())
            .limit(carried)
            .map(name -> written.col(Columns.quoted(name)))
            .toArray(Column[]::new);
    Dataset<Row> rows =
        written
            .where(suspects.isSuspect())
            .select(struct(known), suspects.tokens(), suspects.truncated());
    WrittenParquet.rows(rows).foreachPartition(new Reject(suspects.why(), outputs));
  }

  /**
   * What is known of the suspect rows of one partition, their tokens, and whether they were cut.
   */
  private record Reject(Rejection why, TaskOutputs outputs) implements VoidFunction<Iterator<Row>> {
    @Override
    public void call(Iterator<Row> rows) throws IOException {
      TaskCounters counters = outputs.counters().newTask();
      RejectedRowsWriter rejected = outputs.rejectedRows();
      while (rows.hasNext()) {
        Row row = rows.next();
        Row known = row.getStruct(0);
        counters.rowRejectedAfterwards(why.reason(), row.getInt(1), row.getBoolean(2));
        rejected.write(new RejectedRow(known.get(0), why, null, -1, ValueJson.of(known)));
      }
      rejected.finish().ifPresent(outputs.counters()::addRejectedFile);
      counters.flush();
    }
  }
}
