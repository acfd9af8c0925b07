package io.heed.input;

import io.heed.input.RowPlan.IdOrigin;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Makes rows from the values of a record, whatever its format. */
final class RowAssembler {
  /** The values of one record, indexed like {@link RowPlan#columns}. */
  interface Values {
    /** Whether the record does not have the column at all. */
    boolean isAbsent(int column);

    /** The value, null where the record says so. */
    Object value(int column) throws WrongTypeException;
  }

  private final List<String> columns;
  private final boolean hasIdColumn;
  private final int payloadStart;
  private final int payloadEnd;

  RowAssembler(RowPlan plan) {
    columns = plan.columns();
    hasIdColumn = plan.idOrigin() == IdOrigin.COLUMN;
    payloadStart = hasIdColumn ? 1 : 0;
    payloadEnd = payloadStart + plan.payload().size();
  }

  /**
   * A row, rejected for the first of its columns that has something wrong, the id before others.
   *
   * @param placeId the id when no column holds it
   */
  InputRow row(RowPlace place, String placeId, Values values) {
    Object id = hasIdColumn ? null : placeId;
    Object[] read = new Object[columns.size()];
    Rejection rejection = null;
    for (int i = 0; i < read.length && rejection == null; i++) {
      try {
        if (values.isAbsent(i)) {
          rejection = absent(i);
        } else {
          read[i] = values.value(i);
        }
      } catch (WrongTypeException e) {
        rejection =
            new Rejection(
                Reason.WRONG_TYPE,
                String.format(Locale.ROOT, "column %s: %s", columns.get(i), e.getMessage()));
      }
      if (i < payloadStart) {
        id = read[i];
        if (id == null && rejection == null) {
          rejection =
              new Rejection(
                  Reason.MISSING_ID,
                  String.format(Locale.ROOT, "column %s is null", columns.get(i)));
        }
      }
    }
    if (rejection != null) {
      return InputRow.rejected(place, id, rejection);
    }
    return InputRow.good(
        place,
        id,
        Arrays.copyOfRange(read, payloadStart, payloadEnd),
        Arrays.copyOfRange(read, payloadEnd, read.length));
  }

  private Rejection absent(int column) {
    Reason reason = column < payloadStart ? Reason.MISSING_ID : Reason.MISSING_COLUMN;
    return new Rejection(
        reason, String.format(Locale.ROOT, "the row has no column %s", columns.get(column)));
  }

  /** A record that cannot be taken apart. Its id is known only when it is the place. */
  InputRow malformed(RowPlace place, String placeId, Reason reason, String message) {
    return InputRow.rejected(place, hasIdColumn ? null : placeId, new Rejection(reason, message));
  }
}
