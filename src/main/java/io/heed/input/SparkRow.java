package io.heed.input;

import io.heed.row.Rejectable;
import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** A row of a Dataset and what it is computed from; made by {@link SparkRows}. */
public final class SparkRow implements RowValues {
  private final Row row;
  private final Object id;
  private final Rejectable<Object[]> payload;

  private SparkRow(Row row, Object id, Rejectable<Object[]> payload) {
    this.row = row;
    this.id = id;
    this.payload = payload;
  }

  static SparkRow good(Row row, Object id, Object[] payload) {
    return new SparkRow(row, id, Rejectable.of(payload));
  }

  static SparkRow rejected(Row row, Object id, Reason reason, String message) {
    return new SparkRow(row, id, Rejectable.rejected(reason, message));
  }

  /** The row as it was. */
  public Row row() {
    return row;
  }

  @Override
  public Object id() {
    return id;
  }

  @Override
  public Object payload(int index) {
    return payload.value()[index];
  }

  @Override
  public Optional<Rejection> rejection() {
    return payload.rejection();
  }

  @Override
  public long bytes() {
    long held = ValueBytes.of(row);
    if (rejection().isEmpty()) {
      for (Object read : payload.value()) {
        held += ValueBytes.besideRow(read);
      }
    }
    return held;
  }
}
