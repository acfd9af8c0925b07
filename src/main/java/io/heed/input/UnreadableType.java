package io.heed.input;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Says which part of a column Spark cannot read, and what to do. */
final class UnreadableType {
  private UnreadableType() {}

  /**
   * The first part that cannot be read, by its path, its type and the way out.
   *
   * @param readable whether a column without fields can be
   */
  static String told(Predicate<Type> readable, Type column) {
    return first(readable, column, column.getName())
        .orElseGet(
            () ->
                String.format(
                    Locale.ROOT,
                    "column %s is a group that Spark cannot read (%s): write it as another type",
                    column.getName(),
                    column.toString().replaceAll("\\s+", " ")));
  }

  private static Optional<String> first(Predicate<Type> readable, Type type, String path) {
    if (type.isPrimitive()) {
      return readable.test(type)
          ? Optional.empty()
          : Optional.of(told(type.asPrimitiveType(), path));
    }
    return type.asGroupType().getFields().stream()
        .flatMap(field -> first(readable, field, path + '.' + field.getName()).stream())
        .findFirst();
  }

  private static String told(PrimitiveType type, String path) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return String.format(
        Locale.ROOT,
        "column %s is of type %s, which Spark cannot read: %s",
        path,
        logical == null
            ? type.getPrimitiveTypeName()
            : String.format(Locale.ROOT, "%s (%s)", logical, type.getPrimitiveTypeName()),
        remedy(logical));
  }

  private static String remedy(LogicalTypeAnnotation type) {
    if (type instanceof TimestampLogicalTypeAnnotation time && time.getUnit() == TimeUnit.NANOS) {
      return "write it in microseconds, or have it read as a whole number of nanoseconds by"
          + " spark.sql.legacy.parquet.nanosAsLong=true";
    }
    return type instanceof Float16LogicalTypeAnnotation
        ? "write it as float"
        : "write it as another type, such as a string or a whole number";
  }
}
