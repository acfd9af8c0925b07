package io.heed.input;

import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;

/** Reads files whose names are known, where {@code [ ] * ?} and braces are no patterns. */
public final class NamedPaths {
  private NamedPaths() {}

  /** A reader that takes every path for a name. */
  public static DataFrameReader reader(SparkSession session) {
    return session.read().option(DataSource.GLOB_PATHS_KEY(), "false");
  }
}
