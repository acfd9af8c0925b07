package io.heed.output;

import io.heed.row.Rejection.Reason;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a run did with its rows.
 *
 * @param rowsIn rows read
 * @param rowsOut rows with a result
 * @param rejectedByReason rows without one; reasons that no row has may be absent
 * @param rowsTruncated rows of {@code rowsOut} whose end was cut off
 * @param tokens tokens of {@code rowsOut}, as the model saw them
 * @param compute time inside the model on the wall, summed over tasks
 * @param computeCpu of that, the time that their threads were on a core
 */
public record RunCounts(
    long rowsIn,
    long rowsOut,
    Map<Reason, Long> rejectedByReason,
    long rowsTruncated,
    long tokens,
    Duration compute,
    Duration computeCpu) {

  /** Requires {@code rowsIn = rowsOut + rowsRejected}. */
  public RunCounts {
    EnumMap<Reason, Long> byReason = new EnumMap<>(Reason.class);
    byReason.putAll(rejectedByReason);
    byReason.values().removeIf(count -> count == 0);
    rejectedByReason = Collections.unmodifiableMap(byReason);
    long rejected = sum(byReason);
    if (rowsIn != rowsOut + rejected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "rows in %d are not rows out %d and rows rejected %d",
              rowsIn,
              rowsOut,
              rejected));
    }
    if (rowsTruncated > rowsOut) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "rows truncated %d are more than rows out %d", rowsTruncated, rowsOut));
    }
  }

  /** Rows without a result. */
  public long rowsRejected() {
    return sum(rejectedByReason);
  }

  /** Rejected rows per row read; 0 if no row was read. */
  public double rejectedFraction() {
    return rowsIn == 0 ? 0 : (double) rowsRejected() / rowsIn;
  }

  private static long sum(Map<Reason, Long> byReason) {
    return byReason.values().stream().mapToLong(Long::longValue).sum();
  }
}
