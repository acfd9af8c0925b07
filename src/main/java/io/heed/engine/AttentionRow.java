package io.heed.engine;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Locale;
import java.util.Optional;

/**
 * What one row of a table attends with.
 *
 * @param queries {@code [Tq, D]}
 * @param context {@code [Tk, Dc]}; the same object as the queries for self-attention
 * @param mask {@code [Tq][Tk]} of 0 and 1, where the rows have masks
 * @param key of the row, which its draws depend on
 */
public record AttentionRow(
    AttentionSequence queries, AttentionSequence context, Optional<int[][]> mask, long key) {

  /** Vectors of queries and context together. */
  int vectors() {
    return queries.length() + context.length();
  }

  /** Values of queries and context together. */
  long floats() {
    return (long) queries.length() * queries.width() + (long) context.length() * context.width();
  }

  /** Whether both rows have vectors of the same widths, and both a mask or none. */
  boolean isLike(AttentionRow other) {
    return queries.width() == other.queries.width()
        && context.width() == other.context.width()
        && mask.isPresent() == other.mask.isPresent();
  }

  /** Why the row cannot attend, whatever the layer is. */
  Optional<Rejection> rejection() {
    Optional<Rejection> rejection = queries.rejection("query");
    if (rejection.isEmpty() && context != queries) {
      rejection = context.rejection("context");
    }
    return rejection.isEmpty() && mask.isPresent() ? wrongMask(mask.get()) : rejection;
  }

  private Optional<Rejection> wrongMask(int[][] given) {
    if (given.length != queries.length()) {
      return shape("the mask has %d rows for %d queries", given.length, queries.length());
    }
    for (int q = 0; q < given.length; q++) {
      if (given[q].length != context.length()) {
        return shape(
            "row %d of the mask has %d values for %d keys", q, given[q].length, context.length());
      }
      for (int k = 0; k < given[q].length; k++) {
        if (given[q][k] != 0 && given[q][k] != 1) {
          return shape("the mask holds %d at [%d][%d]; 0 and 1 are known", given[q][k], q, k);
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Rejection> shape(String message, Object... values) {
    return Optional.of(
        new Rejection(Reason.WRONG_SHAPE, String.format(Locale.ROOT, message, values)));
  }
}
