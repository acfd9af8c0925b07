package io.heed.spark;

import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns that every output begins with. */
public final class OutputColumns {
  private OutputColumns() {}

  /** The id and the kept columns. */
  public static StructType of(StructField id, Iterable<StructField> keptFields) {
    StructType schema = new StructType().add(id);
    for (StructField field : keptFields) {
      schema = schema.add(field);
    }
    return schema;
  }
}
