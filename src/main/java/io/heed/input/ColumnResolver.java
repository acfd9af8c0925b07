package io.heed.input;

import io.heed.input.RowPlan.IdOrigin;
import io.heed.value.CanonicalBytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.util.CharVarcharUtils;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds the columns that a job wants among those that the input has. */
final class ColumnResolver {
  private final InputRequest request;
  private final FileFormat format;
  private final KnownColumns known;
  private final TimeValues times;

  private ColumnResolver(
      InputRequest request, FileFormat format, KnownColumns known, TimeValues times) {
    this.request = request;
    this.format = format;
    this.known = known;
    this.times = times;
  }

  /**
   * Resolves every column of a request.
   *
   * @throws InputException naming the column that is absent, of a type that cannot be read, or
   *     asked for in a way that the format does not allow
   */
  static RowPlan resolve(
      InputRequest request, FileFormat format, KnownColumns known, TimeValues times) {
    return new ColumnResolver(request, format, known, times).plan();
  }

  private RowPlan plan() {
    if (request.schema().isPresent() && !format.takesSchema()) {
      throw new InputException(
          "--input-schema gives types to jsonl and csv, not to " + format.name().optionName());
    }
    request.payload().forEach(this::checkPayload);
    Optional<StructField> id = id();
    List<StructField> kept = new ArrayList<>();
    Set<String> names = new HashSet<>();
    id.ifPresent(field -> names.add(field.name()));
    for (String name : request.keptColumns()) {
      if (!names.add(name)) {
        throw new InputException(
            String.format(Locale.ROOT, "column %s is kept twice, or is the id", name));
      }
      kept.add(readable(name, requiredKept(name)));
    }
    return new RowPlan(
        id.orElseGet(
            () ->
                new StructField(
                    InputRequest.DEFAULT_ID, DataTypes.StringType, false, Metadata.empty())),
        id.isPresent() ? IdOrigin.COLUMN : IdOrigin.PLACE,
        request.payload(),
        kept,
        Set.copyOf(List.of(request.schema().orElseGet(StructType::new).fieldNames())),
        times);
  }

  private void checkPayload(PayloadColumn column) {
    if (!format.holds(column.type())) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "column %s of type %s is read from jsonl or parquet, not from %s",
              column.name(),
              column.type().description(),
              format.name().optionName()));
    }
    DataType type = required(column.name());
    // What the first lines hold does not bind the lines after them: those rows are rejected.
    boolean binding = format.bindsTypes() || declared(column.name()).isPresent();
    if (binding && !format.readable(column.type(), type)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "column %s is of type %s, but is read as %s",
              column.name(),
              type.catalogString(),
              column.type().description()));
    }
  }

  private Optional<StructField> id() {
    String name = request.idColumn().orElse(InputRequest.DEFAULT_ID);
    if (request.idColumn().isPresent()) {
      required(name);
    }
    return found(name)
        .map(type -> new StructField(name, idType(name, type), false, Metadata.empty()));
  }

  private DataType idType(String name, DataType type) {
    if (!CanonicalBytes.has(type)) {
      throw new InputException(
          String.format(
              Locale.ROOT, "column %s of type %s cannot name rows", name, type.catalogString()));
    }
    return readableType(name, type);
  }

  private StructField readable(String name, DataType type) {
    return new StructField(name, readableType(name, type), true, Metadata.empty());
  }

  private DataType readableType(String name, DataType type) {
    if (!format.canRead(type, times)) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "column %s of type %s cannot be read from %s",
              name,
              type.catalogString(),
              format.name().optionName()));
    }
    return type;
  }

  private DataType required(String column) {
    return found(column)
        .orElseThrow(
            () ->
                new InputException(
                    String.format(
                        Locale.ROOT, "there is no column %s: %s", column, known.columnsFound())));
  }

  private DataType requiredKept(String column) {
    DataType type = required(column);
    return declared(column).isPresent() ? type : known.keptType(column).orElse(type);
  }

  private Optional<DataType> found(String column) {
    return format.type(column, known, declared(column));
  }

  /** A text of limited length, as tables declare it, is read as a string, as Spark does. */
  private Optional<DataType> declared(String column) {
    StructType schema = request.schema().orElseGet(StructType::new);
    return List.of(schema.fieldNames()).contains(column)
        ? Optional.of(
            CharVarcharUtils.replaceCharVarcharWithString(schema.apply(column).dataType()))
        : Optional.empty();
  }
}
