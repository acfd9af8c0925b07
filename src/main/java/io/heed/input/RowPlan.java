package io.heed.input;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.StructField;

/**
 * The columns of a row, resolved against the input.
 *
 * @param id the id, read or made
 * @param idOrigin where ids come from
 * @param payload the columns that the job computes from
 * @param kept the columns that go through, with their types
 * @param declared the columns whose types the user has declared
 * @param times how dates and times stand in a row
 */
record RowPlan(
    StructField id,
    IdOrigin idOrigin,
    List<PayloadColumn> payload,
    List<StructField> kept,
    Set<String> declared,
    TimeValues times)
    implements Serializable {

  enum IdOrigin {
    /** A column of the input. */
    COLUMN,
    /** The name of the file and the position in it. */
    PLACE
  }

  /** The names of the columns to read: the id when it is one, the payload, the kept ones. */
  List<String> columns() {
    List<String> columns = new ArrayList<>();
    if (idOrigin == IdOrigin.COLUMN) {
      columns.add(id.name());
    }
    payload.forEach(column -> columns.add(column.name()));
    kept.forEach(field -> columns.add(field.name()));
    return List.copyOf(columns);
  }
}
