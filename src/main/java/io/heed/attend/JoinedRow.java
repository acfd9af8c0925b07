package io.heed.attend;

import io.heed.input.InputRow;
import io.heed.row.Rejection;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;

/** A row of either table on its way to the task that joins its id. */
sealed interface JoinedRow extends Serializable {

  /**
   * A row of the first table.
   *
   * @param id bytes that are the same for equal ids, null in a row that is rejected
   */
  record QueryRow(byte[] id, InputRow row) implements JoinedRow {}

  /**
   * What the first table needs of a row of the second one.
   *
   * @param id bytes that are the same for equal ids
   * @param why the rejection, null for a good row
   */
  record ContextRow(byte[] id, Object[] payload, Rejection why, String source, long position)
      implements JoinedRow {

    static ContextRow of(byte[] id, InputRow row) {
      return new ContextRow(
          id, row.payload(), row.rejection().orElse(null), row.source(), row.position());
    }

    Optional<Rejection> rejection() {
      return Optional.ofNullable(why);
    }

    String place() {
      return String.format(Locale.ROOT, "%s, position %d", source, position);
    }
  }
}
