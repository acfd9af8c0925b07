package io.heed.job;

import io.heed.output.RejectedRowsWriter;
import io.heed.output.RejectedTable;
import io.heed.output.RunCounters;
import io.heed.spark.executor.KernelUses;
import java.io.Serializable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Where a task puts what it yields besides its rows.
 *
 * @param counters what became of the rows
 * @param rejectedTable columns of the side files of rejected rows
 * @param rejectedDirectory where the side files go
 * @param hadoop configuration of the file systems
 * @param kernels which kernels computed, and why
 * @param shown the first rows, for a person
 */
public record TaskOutputs(
    RunCounters counters,
    RejectedTable rejectedTable,
    String rejectedDirectory,
    SerializableConfiguration hadoop,
    KernelUses kernels,
    ShownRows shown)
    implements Serializable {

  /** The side file of the task attempt that calls; abandoned unless finished. */
  public RejectedRowsWriter rejectedRows() {
    TaskContext context = TaskContext.get();
    RejectedRowsWriter writer =
        rejectedTable.newWriter(
            hadoop.value(),
            new Path(rejectedDirectory),
            context.partitionId(),
            context.taskAttemptId());
    TaskCompletionListener abandon = ignored -> writer.close();
    context.addTaskCompletionListener(abandon);
    return writer;
  }
}
