package io.heed.engine;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Optional;

/**
 * What one row of a table attends with.
 *
 * @param queries {@code [Tq][D]}, null where the row says so
 * @param context {@code [Tk][Dc]}, null where the row says so; the same object as the queries for
 *     self-attention
 * @param mask {@code [Tq][Tk]} of 0 and 1, where the rows have masks
 */
public record AttentionRow(float[][] queries, float[][] context, Optional<int[][]> mask) {

  /** A row of self-attention without a mask. */
  public static AttentionRow of(float[][] sequence) {
    return new AttentionRow(sequence, sequence, Optional.empty());
  }

  /** Vectors of queries and context together. */
  int vectors() {
    return queries.length + context.length;
  }

  /** Values of queries and context together. */
  long floats() {
    return (long) queries.length * queryWidth() + (long) context.length * contextWidth();
  }

  /** Whether both rows have vectors of the same widths, and both a mask or none. */
  boolean isLike(AttentionRow other) {
    return queryWidth() == other.queryWidth()
        && contextWidth() == other.contextWidth()
        && mask.isPresent() == other.mask.isPresent();
  }

  /** Values of a vector of the queries; 0 where there is none. */
  int queryWidth() {
    return width(queries);
  }

  /** Values of a vector of the context; 0 where there is none. */
  int contextWidth() {
    return width(context);
  }

  private static int width(float[][] vectors) {
    return vectors.length == 0 ? 0 : vectors[0].length;
  }

  /** Why the row cannot attend, whatever the layer is. */
  Optional<Rejection> rejection() {
    Optional<Rejection> rejection = wrong("query", queries);
    if (rejection.isEmpty() && context != queries) {
      rejection = wrong("context", context);
    }
    if (rejection.isEmpty() && mask.isPresent()) {
      rejection = wrongMask(mask.get());
    }
    return rejection;
  }

  private static Optional<Rejection> wrong(String name, float[][] vectors) {
    if (vectors == null) {
      return Optional.of(
          new Rejection(Reason.NULL_VECTORS, "the %s sequence is null".formatted(name)));
    }
    if (vectors.length == 0) {
      return Optional.of(
          new Rejection(Reason.EMPTY_VECTORS, "the %s sequence is empty".formatted(name)));
    }
    for (int i = 0; i < vectors.length; i++) {
      if (vectors[i].length != vectors[0].length) {
        return shape(
            "vector %d of the %s sequence has %d values, the first %d",
            i, name, vectors[i].length, vectors[0].length);
      }
    }
    return vectors[0].length > 0
        ? Optional.empty()
        : shape("the vectors of the %s sequence have no values", name);
  }

  private Optional<Rejection> wrongMask(int[][] given) {
    if (given.length != queries.length) {
      return shape("the mask has %d rows for %d queries", given.length, queries.length);
    }
    for (int q = 0; q < given.length; q++) {
      if (given[q].length != context.length) {
        return shape(
            "row %d of the mask has %d values for %d keys", q, given[q].length, context.length);
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
    return Optional.of(new Rejection(Reason.WRONG_SHAPE, message.formatted(values)));
  }
}
