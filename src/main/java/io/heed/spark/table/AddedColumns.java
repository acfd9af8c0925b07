package io.heed.spark.table;

import io.heed.settings.SettingException;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Columns that a stage adds to those of its input. */
public final class AddedColumns {
  private AddedColumns() {}

  /**
   * What is wrong with a column added to others: a second one of its name could not be asked for.
   * Spark takes names that differ in nothing but case for one, unless {@code
   * spark.sql.caseSensitive} is true.
   *
   * @param adder who adds it, for the message
   */
  public static Optional<String> clash(StructType schema, String added, String adder) {
    boolean exactly = SQLConf.get().caseSensitiveAnalysis();
    for (StructField field : schema.fields()) {
      if (field.name().equals(added)) {
        return Optional.of(
            String.format(
                Locale.ROOT, "the input has a column %s already, which the %s adds", added, adder));
      }
      if (!exactly && lower(field.name()).equals(lower(added))) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "the input has a column %s, and the %s adds %s, which are one to Spark",
                field.name(),
                adder,
                added));
      }
    }
    return Optional.empty();
  }

  /**
   * A schema with one more column.
   *
   * @param adder who adds it, for the message
   * @throws SettingException where {@link #clash} finds something
   */
  static StructType add(StructType schema, StructField field, String adder) {
    clash(schema, field.name(), adder)
        .ifPresent(
            clash -> {
              throw new SettingException(clash);
            });
    return schema.add(field);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
