package io.heed.input;

import io.heed.row.Rejection;
import io.heed.row.Rejection.Reason;
import io.heed.value.ValueJson;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * One row of the input and its place. Exactly one exists for every record of the input, whether it
 * can be used or not.
 */
public final class InputRow implements RowValues, Serializable {
  private final String source;
  private final long position;
  private final long units;
  private final Object original;
  private final Object id;
  private final Object[] payload;
  private final int payloadRead;
  private final Object[] kept;
  private final Reason reason;
  private final String message;

  private InputRow(
      RowPlace place,
      Object id,
      Object[] payload,
      int payloadRead,
      Object[] kept,
      Rejection rejection) {
    this.source = place.source();
    this.position = place.position();
    this.units = place.units();
    this.original = place.original();
    this.id = id;
    this.payload = payload;
    this.payloadRead = payloadRead;
    this.kept = kept;
    // Apart, for Kryo writes no Java records.
    this.reason = rejection == null ? null : rejection.reason();
    this.message = rejection == null ? null : rejection.message();
  }

  static InputRow good(RowPlace place, Object id, Object[] payload, Object[] kept) {
    return new InputRow(place, id, payload, payload.length, kept, null);
  }

  static InputRow rejected(RowPlace place, Object id, Rejection rejection) {
    return new InputRow(place, id, new Object[0], 0, new Object[0], rejection);
  }

  /**
   * This row with more values after its payload.
   *
   * @throws IllegalStateException when the row is rejected
   */
  public InputRow withPayload(Object... more) {
    if (reason != null) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "a rejected row has no payload (%s)", message));
    }
    Object[] all = Arrays.copyOf(payload, payload.length + more.length);
    System.arraycopy(more, 0, all, payload.length, more.length);
    return new InputRow(place(), id, all, payloadRead, kept, null);
  }

  /** This row as one that cannot be used: its id and its place, no payload. */
  public InputRow rejected(Rejection why) {
    return rejected(place(), id, why);
  }

  private RowPlace place() {
    return new RowPlace(source, position, units, original);
  }

  /**
   * The id, as a value of a Spark {@link Row} of the type of {@link InputTable#idField}; null only
   * in a rejected row whose id is not known.
   */
  @Override
  public Object id() {
    return id;
  }

  /**
   * One value per {@link InputRequest#payload} column, of the class its {@link PayloadType} names,
   * or null where the input says null; then those that were added. Empty in a rejected row.
   */
  public Object[] payload() {
    return payload;
  }

  @Override
  public Object payload(int index) {
    return payload[index];
  }

  /**
   * One value per {@link InputTable#keptFields} field, as in a Spark {@link Row}, or null. Empty in
   * a rejected row.
   */
  public Object[] kept() {
    return kept;
  }

  /** Path of the file that the row stands in. */
  public String source() {
    return source;
  }

  /**
   * Byte offset at which the record starts, in the decompressed file, or index of a Parquet row.
   */
  public long position() {
    return position;
  }

  /** Progress since the row before, in the unit of {@link InputTable#totalUnits}. */
  public long units() {
    return units;
  }

  /** About how much memory the row holds. */
  @Override
  public long bytes() {
    long held = ValueBytes.of(original) + ValueBytes.of(id) + ValueBytes.of(message);
    boolean ofRow = original instanceof Row;
    for (int i = 0; i < payload.length; i++) {
      held +=
          ofRow && i < payloadRead ? ValueBytes.besideRow(payload[i]) : ValueBytes.of(payload[i]);
    }
    // What a Parquet row keeps are values of the original.
    return ofRow ? held : held + ValueBytes.of(kept);
  }

  /** Why this row cannot be used, if so. */
  @Override
  public Optional<Rejection> rejection() {
    return reason == null ? Optional.empty() : Optional.of(new Rejection(reason, message));
  }

  /**
   * The record as it was read, without its line end; of a record that is too long, its beginning.
   * For Parquet, the columns that were read, as a JSON object with nulls kept; see {@link
   * ValueJson}.
   */
  public String raw() {
    return original instanceof Row row ? ValueJson.of(row) : (String) original;
  }
}
