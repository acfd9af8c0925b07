package io.heed.input;

import io.heed.input.RowPlan.IdOrigin;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.StringType;

/**
 * What the reading of lines has to know of the columns.
 *
 * @param names those that are read, in the order of {@link RowPlan#columns}
 * @param oneLine those whose values, such as numbers and dates, hold no line end
 * @param quotedRows what becomes of cells that look like rows
 */
record LineColumns(List<String> names, Set<String> oneLine, QuotedRows quotedRows)
    implements Serializable {

  /** For those who look at lines and read no column. */
  static final LineColumns NONE = new LineColumns(List.of(), Set.of(), QuotedRows.KEEP);

  static LineColumns of(RowPlan plan, QuotedRows quotedRows) {
    Set<String> oneLine = new HashSet<>();
    if (plan.idOrigin() == IdOrigin.COLUMN && !(plan.id().dataType() instanceof StringType)) {
      oneLine.add(plan.id().name());
    }
    plan.payload().stream()
        .filter(column -> column.type() != PayloadType.TEXT)
        .forEach(column -> oneLine.add(column.name()));
    plan.kept().stream()
        .filter(field -> !(field.dataType() instanceof StringType))
        .forEach(field -> oneLine.add(field.name()));
    return new LineColumns(plan.columns(), Set.copyOf(oneLine), quotedRows);
  }
}
