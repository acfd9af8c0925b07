package io.heed.job;

import io.heed.settings.SettingException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of an output. */
public final class OutputColumns {
  private OutputColumns() {}

  /** The id and the kept columns, and those of the result. */
  public static StructType of(Iterable<StructField> carried, StructType added) {
    StructType schema = new StructType();
    for (StructField field : carried) {
      schema = schema.add(field);
    }
    for (StructField field : added.fields()) {
      schema = schema.add(field);
    }
    return schema;
  }

  /**
   * Checks that no two columns are one to Spark, by whose default case tells nothing apart.
   *
   * @throws SettingException when two are
   */
  static void requireDistinct(StructType columns) {
    Map<String, String> seen = new HashMap<>();
    for (String name : columns.fieldNames()) {
      String other = seen.put(name.toLowerCase(Locale.ROOT), name);
      String id = TableSettings.ID_COLUMN.option();
      String kept = TableSettings.KEEP_COLUMNS.option();
      if (name.equals(other)) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "the output would have two columns %s; choose other columns for %s or %s",
                name,
                id,
                kept));
      }
      if (other != null) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "the output would have the columns %s and %s, which are one to Spark (%s, %s)",
                other,
                name,
                id,
                kept));
      }
    }
  }
}
