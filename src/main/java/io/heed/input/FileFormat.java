package io.heed.input;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;

/** What differs from one format to the next. Has no state. */
interface FileFormat extends Serializable {
  /** Its name on the command line and in messages. */
  InputFormat name();

  /** Whether a schema of the request gives types to its columns. */
  boolean takesSchema();

  /** Whether its columns can hold a payload. */
  boolean holds(PayloadType payload);

  /** Whether a payload can be read from a column of a type. */
  default boolean readable(PayloadType payload, DataType column) {
    return payload.readableFrom(column);
  }

  /** Whether ids and kept columns can be of a type. */
  boolean canRead(DataType type, TimeValues times);

  /** Whether the types that were found hold for all rows, not only for those looked at. */
  boolean bindsTypes();

  /**
   * The type of a column that the input has.
   *
   * @param declared by the request
   */
  default Optional<DataType> type(String column, KnownColumns known, Optional<DataType> declared) {
    return known.type(column).map(type -> declared.orElse(type));
  }
}
