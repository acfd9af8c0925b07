package io.heed.job;

import io.heed.settings.Setting;
import io.heed.spark.HeedConf;
import java.util.List;
import java.util.stream.Stream;

/** The settings that every job over a table has: those that {@link TableRun} asks for. */
final class TableSettings {
  private static final List<Setting<?>> TABLES =
      List.of(
          HeedConf.INPUT,
          HeedConf.INPUT_FORMAT,
          HeedConf.INPUT_SCHEMA,
          HeedConf.QUOTED_ROWS,
          HeedConf.OUTPUT,
          HeedConf.OVERWRITE,
          HeedConf.ID_COLUMN,
          HeedConf.KEEP_COLUMNS);

  private static final List<Setting<?>> RUN =
      List.of(
          HeedConf.MAX_REJECTED_FRACTION,
          HeedConf.PARTITIONS,
          HeedConf.SPLIT_BYTES,
          HeedConf.PROGRESS,
          HeedConf.STACK_TRACE);

  private TableSettings() {}

  /** All settings of a job: its own stand between those of tables and those of a run. */
  static List<Setting<?>> around(Setting<?>... own) {
    return Stream.of(TABLES, List.of(own), RUN).<Setting<?>>flatMap(List::stream).toList();
  }
}
