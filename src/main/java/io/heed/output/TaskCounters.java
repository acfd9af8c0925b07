package io.heed.output;

import io.heed.output.ProgressState.Work;
import io.heed.row.Rejection.Reason;
import java.util.Arrays;

/**
 * The counts of one task attempt: plain fields, added to Spark's accumulators by {@link #flush}
 * after each batch, where heartbeats see them, and at the end. Not thread-safe, but for {@link
 * #work}.
 */
public final class TaskCounters {
  private static final Reason[] REASONS = Reason.values();

  private final RunCounters run;
  private final long[] rejected = new long[REASONS.length];
  private long rowsIn;
  private long rowsOut;
  private long rowsTruncated;
  private long tokens;
  private long computeNanos;
  private long computeCpuNanos;
  private long inputUnits;
  private volatile Work work = Work.NONE;

  TaskCounters(RunCounters run) {
    this.run = run;
  }

  /** A row was read. */
  public void rowIn() {
    rowsIn++;
  }

  /** A row got a result. */
  public void rowOut(int tokensOfRow) {
    rowsOut++;
    tokens += tokensOfRow;
  }

  /** A row that got a result was cut before; besides {@link #rowOut}. */
  public void rowTruncated() {
    rowsTruncated++;
  }

  /** A row was rejected. */
  public void rowRejected(Reason reason) {
    rejected[reason.ordinal()]++;
  }

  /** A row that had a result, and was counted so, has none after all. */
  public void rowRejectedAfterwards(Reason reason, int tokensOfRow, boolean wasTruncated) {
    rowRejected(reason);
    rowsOut--;
    tokens -= tokensOfRow;
    rowsTruncated -= wasTruncated ? 1 : 0;
  }

  /** Time was spent inside the model: on the wall, and of that on a core. */
  public void addComputeNanos(long nanos, long cpuNanos) {
    computeNanos += nanos;
    computeCpuNanos += cpuNanos;
  }

  /** Input was read; in the unit of the progress. */
  public void addInputUnits(long units) {
    inputUnits += units;
  }

  /** What was counted until the last {@link #flush}, for any thread. */
  Work work() {
    return work;
  }

  /** Hands over what was counted since the last call. */
  public void flush() {
    work = work.plus(new Work(rowsIn, tokens, inputUnits));
    run.rowsIn.add(rowsIn);
    run.rowsOut.add(rowsOut);
    run.rowsTruncated.add(rowsTruncated);
    run.tokens.add(tokens);
    run.computeNanos.add(computeNanos);
    run.computeCpuNanos.add(computeCpuNanos);
    run.inputUnits.add(inputUnits);
    for (Reason reason : REASONS) {
      long count = rejected[reason.ordinal()];
      if (count != 0) {
        run.rejected.get(reason).add(count);
      }
    }
    rowsIn = rowsOut = rowsTruncated = tokens = inputUnits = 0;
    computeNanos = computeCpuNanos = 0;
    Arrays.fill(rejected, 0);
  }
}
