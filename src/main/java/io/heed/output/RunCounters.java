package io.heed.output;

import io.heed.row.Rejection.Reason;
import java.io.Serializable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts that tasks add up for the driver.
 *
 * <p>They are exact, also after failed, repeated and speculative attempts, if tasks touch them only
 * inside stages that end an action and run once: Spark takes over the counts of one successful
 * attempt per partition.
 *
 * <p>Serializable as a handle for tasks, each of which opens {@link #newTask}.
 */
public final class RunCounters implements Serializable {
  private static final long serialVersionUID = 1;

  final LongAccumulator rowsIn;
  final LongAccumulator rowsOut;
  final LongAccumulator rowsTruncated;
  final LongAccumulator tokens;
  final LongAccumulator computeNanos;
  final LongAccumulator computeCpuNanos;
  final LongAccumulator inputUnits;

  /** Without a name: told of in the report as what becomes of these rows. */
  private final LongAccumulator suspects;

  final EnumMap<Reason, LongAccumulator> rejected = new EnumMap<>(Reason.class);

  /** Without a name, so that the user interface does not list every file. */
  private final CollectionAccumulator<String> rejectedFiles;

  private RunCounters(SparkContext spark) {
    rowsIn = spark.longAccumulator("heed.rowsIn");
    rowsOut = spark.longAccumulator("heed.rowsOut");
    rowsTruncated = spark.longAccumulator("heed.rowsTruncated");
    tokens = spark.longAccumulator("heed.tokens");
    computeNanos = spark.longAccumulator("heed.computeNanos");
    computeCpuNanos = spark.longAccumulator("heed.computeCpuNanos");
    inputUnits = spark.longAccumulator("heed.inputUnits");
    suspects = spark.longAccumulator();
    for (Reason reason : Reason.values()) {
      rejected.put(reason, spark.longAccumulator("heed.rejected." + reason.code()));
    }
    rejectedFiles = spark.collectionAccumulator();
  }

  /** Counters for one run. */
  public static RunCounters register(SparkContext spark) {
    return new RunCounters(spark);
  }

  /** The counters of one task attempt; called inside the task. */
  public TaskCounters newTask() {
    TaskCounters counters = new TaskCounters(this);
    LiveTasks.add(rowsIn.id(), TaskContext.get(), counters::work);
    return counters;
  }

  /**
   * Inside a task of rows that none counts exactly: so many were computed, by attempts that were
   * repeated as well. Shown as progress, until {@link #setWhole}.
   */
  public void addPassed(long rows) {
    rowsIn.add(rows);
    inputUnits.add(rows);
  }

  /**
   * On the driver, after the action: what {@link #addPassed} told of, none of which is rejected so
   * far.
   */
  public void setWhole(long rows, long tokensOfRows, long truncated) {
    rowsIn.reset();
    rowsIn.add(rows);
    rowsOut.add(rows);
    tokens.add(tokensOfRows);
    rowsTruncated.add(truncated);
  }

  /**
   * Inside a task: so many rows are to be looked at once more when they are written, by attempts
   * that were repeated as well.
   */
  public void addSuspects(long rows) {
    suspects.add(rows);
  }

  /** On the driver, after the action: whether a task told of such a row. */
  public boolean hasSuspects() {
    return suspects.value() > 0;
  }

  /**
   * Inside a task: time was spent inside the model beside what {@link TaskCounters} counts, by
   * attempts that were repeated as well.
   */
  public void addComputeNanos(long nanos, long cpuNanos) {
    computeNanos.add(nanos);
    computeCpuNanos.add(cpuNanos);
  }

  /** Inside a task: names a finished side file of rejected rows. */
  public void addRejectedFile(String name) {
    rejectedFiles.add(name);
  }

  /** On the driver, after the action: the side files of the attempts that counted. */
  public List<String> rejectedFiles() {
    return List.copyOf(rejectedFiles.value());
  }

  /**
   * On the driver, after the action: what was counted.
   *
   * @throws IllegalArgumentException a row was lost or counted twice
   */
  public RunCounts counts() {
    Map<Reason, Long> byReason = new EnumMap<>(Reason.class);
    rejected.forEach((reason, count) -> byReason.put(reason, count.value()));
    return new RunCounts(
        rowsIn.value(),
        rowsOut.value(),
        byReason,
        rowsTruncated.value(),
        tokens.value(),
        Duration.ofNanos(computeNanos.value()),
        Duration.ofNanos(computeCpuNanos.value()));
  }
}
