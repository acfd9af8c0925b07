package io.heed.input;

import io.heed.row.Rejection;
import java.util.Optional;

/** What a row holds for whoever computes from it, wherever the row comes from. */
public interface RowValues {

  /** The id, as a value of a Spark row; null where the row has none. */
  Object id();

  /**
   * A value to compute from, of the class that its {@link PayloadType} names, or null where the row
   * says null. Read it by a {@link Column}.
   */
  Object payload(int index);

  /** Why the row cannot be used, if so; it then has no values. */
  Optional<Rejection> rejection();

  /** About how much memory the row holds. */
  long bytes();
}
