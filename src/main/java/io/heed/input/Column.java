package io.heed.input;

import java.io.Serializable;

/**
 * One of the values that rows are computed from, as a typed handle; made by {@link Columns}.
 *
 * @param name of the column in the input
 * @param index of the value among those of a row
 * @param type the class of the value
 */
public record Column<T>(String name, int index, Class<T> type) implements Serializable {

  /** The value in a row that is not rejected; null where the row says null. */
  public T of(RowValues row) {
    return type.cast(row.payload(index));
  }
}
