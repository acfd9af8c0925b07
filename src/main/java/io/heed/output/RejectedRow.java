package io.heed.output;

import io.heed.row.Rejection;
import java.util.Objects;

/**
 * An input row that has no result.
 *
 * @param id of the type of the output's id column, or null when it is not known
 * @param rejection why there is no result
 * @param source the file that the row comes from, or null
 * @param position of the row in its source: byte offset of the line, or row index; -1 without one
 * @param row the row as it was read, or null
 */
public record RejectedRow(
    Object id, Rejection rejection, String source, long position, String row) {

  /** Requires a rejection. */
  public RejectedRow {
    Objects.requireNonNull(rejection, "rejection");
  }
}
