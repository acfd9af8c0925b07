package io.heed.job;

import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of an output. */
final class OutputColumns {
  private OutputColumns() {}

  /** The id, the kept columns and those of the result. */
  static StructType of(StructField id, Iterable<StructField> keptFields, StructType added) {
    StructType schema = new StructType().add(id);
    for (StructField field : keptFields) {
      schema = schema.add(field);
    }
    for (StructField field : added.fields()) {
      schema = schema.add(field);
    }
    return schema;
  }
}
