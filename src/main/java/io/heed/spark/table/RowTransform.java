package io.heed.spark.table;

import java.io.Serializable;
import org.apache.spark.sql.types.StructType;

/**
 * What becomes of a row: decided on the driver, carried to the tasks, small and the same for all of
 * them. A job, a stage of a pipeline or any other adaptor brings the rows, decides what happens to
 * those without a result, and puts the columns of the result behind its own.
 *
 * @param <R> what a row yields
 */
public interface RowTransform<R> extends Serializable {

  /** The columns of the result. */
  StructType added();

  /** What computes by this JVM's copy of the weights, inside a task. */
  TaskComputation<R> open();
}
