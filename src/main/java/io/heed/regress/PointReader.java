package io.heed.regress;

import io.heed.input.RowValues;
import io.heed.row.Rejectable;
import java.io.Serializable;

/** Reads input rows, inside tasks. */
interface PointReader extends Serializable {
  /** The number of features that a row may have is any. */
  int ANY_SIZE = 0;

  /**
   * A row, or why it cannot be used.
   *
   * @param size number of features that it must have, or {@link #ANY_SIZE}
   */
  Rejectable<Point> point(RowValues row, int size);
}
