package io.heed.spark;

import io.heed.input.InputRow;
import io.heed.row.Rejection;
import java.io.Serializable;
import java.util.Optional;

/** A row of either table on its way to the task that joins its id. */
sealed interface JoinedRow extends Serializable {

  /** A row of the first table. */
  record QueryRow(InputRow row) implements JoinedRow {}

  /**
   * What the first table needs of a row of the second one.
   *
   * @param id never null
   * @param why the rejection, null for a good row
   */
  record ContextRow(Object id, Object[] payload, Rejection why, String source, long position)
      implements JoinedRow {

    static ContextRow of(InputRow row) {
      return new ContextRow(
          row.id(), row.payload(), row.rejection().orElse(null), row.source(), row.position());
    }

    Optional<Rejection> rejection() {
      return Optional.ofNullable(why);
    }

    String place() {
      return "%s, position %d".formatted(source, position);
    }
  }
}
