package io.heed.input;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/**
 * What a job wants to read.
 *
 * @param path a file, a directory or a glob, on any file system that Hadoop knows
 * @param format the format of every file, or empty to go by extensions
 * @param schema types of columns of JSON lines and CSV; others are found in the first lines
 * @param idColumn the column that the user named, or empty for {@code id} where the input has one,
 *     and the place of each row where it has none
 * @param payload the columns that the job computes from, in the order of {@link InputRow#payload}
 * @param keptColumns the columns that go through unchanged, in the order of {@link InputRow#kept}
 * @param partitioning how the input becomes tasks
 * @param quotedRows what becomes of quoted CSV cells that look like rows
 */
public record InputRequest(
    String path,
    Optional<InputFormat> format,
    Optional<StructType> schema,
    Optional<String> idColumn,
    List<PayloadColumn> payload,
    List<String> keptColumns,
    Partitioning partitioning,
    QuotedRows quotedRows) {

  /** The id's column when the user names none, and the name of a made id. */
  static final String DEFAULT_ID = "id";

  /** Requires every part and at least one payload column. */
  public InputRequest {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(idColumn, "idColumn");
    Objects.requireNonNull(partitioning, "partitioning");
    Objects.requireNonNull(quotedRows, "quotedRows");
    payload = List.copyOf(payload);
    keptColumns = List.copyOf(keptColumns);
    if (payload.isEmpty()) {
      throw new IllegalArgumentException("a request names no payload column");
    }
  }

  /** A request that rejects quoted rows. */
  public InputRequest(
      String path,
      Optional<InputFormat> format,
      Optional<StructType> schema,
      Optional<String> idColumn,
      List<PayloadColumn> payload,
      List<String> keptColumns,
      Partitioning partitioning) {
    this(path, format, schema, idColumn, payload, keptColumns, partitioning, QuotedRows.REJECT);
  }

  /** The columns that go through unchanged and have no declared type. */
  Set<String> undeclared() {
    Set<String> columns = new LinkedHashSet<>(keptColumns);
    schema.ifPresent(types -> List.of(types.fieldNames()).forEach(columns::remove));
    return columns;
  }

  /** All columns that are read, if they are there, and how much of each. */
  Map<String, ColumnUse> columns() {
    Map<String, ColumnUse> columns = new LinkedHashMap<>();
    for (PayloadColumn column : payload) {
      ColumnUse use =
          column.type() instanceof PayloadType.Records ? ColumnUse.FIELDS : ColumnUse.WHOLE;
      columns.merge(column.name(), use, (one, other) -> one == other ? one : ColumnUse.WHOLE);
    }
    keptColumns.forEach(name -> columns.put(name, ColumnUse.WHOLE));
    columns.put(idColumn.orElse(DEFAULT_ID), ColumnUse.WHOLE);
    return columns;
  }
}
