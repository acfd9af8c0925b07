package io.heed.input;

import org.apache.spark.sql.types.DataType;

/** Apache Parquet, whose footers say what the columns are. */
final class ParquetFormat implements FileFormat {
  private static final long serialVersionUID = 1;

  @Override
  public InputFormat name() {
    return InputFormat.PARQUET;
  }

  @Override
  public boolean takesSchema() {
    return false;
  }

  @Override
  public boolean holds(PayloadType payload) {
    return true;
  }

  @Override
  public boolean canRead(DataType type, TimeValues times) {
    return true;
  }

  @Override
  public boolean bindsTypes() {
    return true;
  }
}
