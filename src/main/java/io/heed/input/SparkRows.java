package io.heed.input;

import io.heed.row.Rejection.Reason;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRow;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterable;

/**
 * Reads the rows of a Dataset. What is wrong with a value is told of its row, as of a row of
 * Parquet files.
 */
public final class SparkRows implements Serializable {
  private static final long serialVersionUID = 1;

  private final List<PayloadColumn> columns;
  private final List<Integer> indexes = new ArrayList<>();
  private final int idIndex;
  private final StructType schema;

  /**
   * A reader.
   *
   * @param id column of the ids, where rows have one
   * @throws IllegalArgumentException where the schema has no such column, or one of a type that
   *     cannot be read as is asked
   */
  public SparkRows(StructType schema, Columns columns, Optional<String> id) {
    this.schema = schema;
    this.idIndex = id.map(schema::fieldIndex).orElse(-1);
    this.columns = List.copyOf(columns.read());
    for (PayloadColumn column : this.columns) {
      if (!readable(schema, column.name(), column.type())) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "column %s is of type %s, not %s",
                column.name(),
                schema.apply(column.name()).dataType().catalogString(),
                column.type().description()));
      }
      indexes.add(schema.fieldIndex(column.name()));
    }
  }

  /** Whether a column of a schema holds what a type asks for. */
  public static boolean readable(StructType schema, String column, PayloadType type) {
    return type.readableFrom(schema.apply(column).dataType());
  }

  /** The row with its arrays of numbers in less memory. */
  private Row compact(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = CompactArrays.of(row.get(i), schema.fields()[i].dataType());
    }
    return new GenericRow(values);
  }

  /** A row, which is rejected where a value is of another type than its column says. */
  public SparkRow read(Row given) {
    Row row = compact(given);
    Object id = idIndex < 0 ? null : row.get(idIndex);
    if (idIndex >= 0 && id == null) {
      return SparkRow.rejected(row, null, Reason.MISSING_ID, "the id is null");
    }
    Object[] payload = new Object[columns.size()];
    for (int i = 0; i < payload.length; i++) {
      Object value = row.get(indexes.get(i));
      if (value == null) {
        continue;
      }
      PayloadColumn column = columns.get(i);
      Optional<String> fault = i == 0 ? fault(column, value) : Optional.empty();
      if (fault.isPresent()) {
        return SparkRow.rejected(row, id, Reason.WRONG_TYPE, fault.get());
      }
      try {
        payload[i] = ParquetPayload.READER.read(value, column.type());
      } catch (WrongTypeException e) {
        String message = String.format(Locale.ROOT, "column %s: %s", column.name(), e.getMessage());
        return SparkRow.rejected(row, id, Reason.WRONG_TYPE, message);
      }
    }
    return SparkRow.good(row, id, payload);
  }

  /** Where an array has no value, or a vector too many, in the words that stages have for it. */
  private static Optional<String> fault(PayloadColumn column, Object value) {
    if (column.type() == PayloadType.FEATURES
        && value instanceof Vector vector
        && vector.size() > ParquetPayload.MOST_VALUES) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%s holds a vector of %d values in a row, more than %d",
              column.name(),
              vector.size(),
              ParquetPayload.MOST_VALUES));
    }
    if (!(value instanceof Iterable<?> elements)) {
      return Optional.empty();
    }
    int at = elements.toSeq().indexOf(null);
    if (at < 0) {
      return Optional.empty();
    }
    if (column.type() == PayloadType.TOKEN_IDS) {
      return Optional.of(String.format(Locale.ROOT, "the token id at position %d is null", at));
    }
    return column.type() == PayloadType.FEATURES
        ? Optional.of(
            String.format(Locale.ROOT, "%s holds null at position %d in a row", column.name(), at))
        : Optional.empty();
  }
}
