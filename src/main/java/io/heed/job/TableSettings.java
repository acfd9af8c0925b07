package io.heed.job;

import io.heed.input.InputFormat;
import io.heed.input.QuotedRows;
import io.heed.output.ProgressMode;
import io.heed.settings.ByteSize;
import io.heed.settings.PartitionChoice;
import io.heed.settings.Setting;
import io.heed.settings.SettingSource;
import io.heed.settings.ValueType;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/** The settings that every job over a table has: those that {@link TableRun} asks for. */
public final class TableSettings implements SettingSource {
  private static final long SMALLEST_SPLIT = 64 * 1024;

  public static final Setting<String> INPUT =
      Setting.ofRun("input", ValueType.text("PATH"), "File, directory or glob to read")
          .ofExecution();
  public static final Setting<InputFormat> INPUT_FORMAT =
      Setting.ofRun(
          "input-format",
          ValueType.choice(InputFormat.class),
          "Format of the input, where the file names do not tell");
  public static final Setting<StructType> INPUT_SCHEMA =
      Setting.ofRun(
          "input-schema",
          ValueType.columns(),
          "Types of the id and kept columns of JSON lines and CSV, such as 'id BIGINT, topic STRING';"
              + " without it the first JSON lines tell, and CSV is text");
  public static final Setting<QuotedRows> QUOTED_ROWS =
      Setting.ofRun(
              "quoted-rows",
              ValueType.choice(QuotedRows.class),
              "A quoted CSV cell whose lines look like rows of the table: reject takes its quote for"
                  + " one that is left open and rejects each line; keep reads it as a cell")
          .withDefault(QuotedRows.REJECT);
  public static final Setting<String> OUTPUT =
      Setting.ofRun("output", ValueType.text("DIR"), "Directory to write Parquet to").ofExecution();
  public static final Setting<Boolean> OVERWRITE =
      Setting.ofRun("overwrite", ValueType.truth(), "Replace an earlier output of Heed")
          .withDefault(false)
          .ofExecution();
  public static final Setting<String> ID_COLUMN =
      Setting.ofRun(
          "id-column",
          ValueType.text("NAME"),
          "Column that names the rows (default: id; where the input has none, file#position)");
  public static final Setting<List<String>> KEEP_COLUMNS =
      Setting.ofRun(
          "keep-columns", ValueType.names("A,B"), "Input columns that the output has as well");
  public static final Setting<Double> MAX_REJECTED_FRACTION =
      Setting.of(
              "max-rejected-fraction",
              ValueType.fraction(),
              "Share of rejected rows above which nothing but the rejected rows is published")
          .withDefault(0.1)
          .ofExecution();
  public static final Setting<PartitionChoice> PARTITIONS =
      Setting.of(
              "partitions",
              PartitionChoice.TYPE,
              "Into how many tasks the rows go; auto shuffles them only where cores would be idle,"
                  + " input never does")
          .withUnit("tasks")
          .withDefault(PartitionChoice.AUTO)
          .ofExecution();
  public static final Setting<ByteSize> SPLIT_BYTES =
      Setting.of(
              "split-bytes",
              ValueType.bytes(SMALLEST_SPLIT),
              "Largest part of a text-like file that one task reads; less where cores would be idle")
          .withUnit("bytes, or with k, m or g kibi-, mebi- or gibibytes")
          .withDefault(ByteSize.mebibytes(8))
          .ofExecution();
  public static final Setting<ProgressMode> PROGRESS =
      Setting.of(
              "progress",
              ValueType.choice(ProgressMode.class),
              "Whether a line on stderr shows rows, tokens, speed and time left; auto shows it on a"
                  + " terminal")
          .withDefault(ProgressMode.AUTO)
          .ofExecution();
  public static final Setting<Boolean> STACK_TRACE =
      Setting.of("stack-trace", ValueType.truth(), "Whether an error is told with its stack trace")
          .withDefault(false)
          .ofExecution();

  private static final List<Setting<?>> TABLES =
      List.of(
          INPUT,
          INPUT_FORMAT,
          INPUT_SCHEMA,
          QUOTED_ROWS,
          OUTPUT,
          OVERWRITE,
          ID_COLUMN,
          KEEP_COLUMNS);

  private static final List<Setting<?>> RUN =
      List.of(MAX_REJECTED_FRACTION, PARTITIONS, SPLIT_BYTES, PROGRESS, STACK_TRACE);

  /** All settings of a job: its own stand between those of tables and those of a run. */
  public static List<Setting<?>> around(Setting<?>... own) {
    return Stream.of(TABLES, List.of(own), RUN).<Setting<?>>flatMap(List::stream).toList();
  }

  /**
   * All settings of a job whose result is files and no table, and so has no columns to keep.
   *
   * @param output {@link #OUTPUT} in the job's words
   */
  public static List<Setting<?>> aroundFiles(Setting<String> output, Setting<?>... own) {
    return around(own).stream()
        .filter(setting -> !setting.equals(KEEP_COLUMNS))
        .<Setting<?>>map(setting -> setting.equals(OUTPUT) ? output : setting)
        .toList();
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(MAX_REJECTED_FRACTION, PARTITIONS, SPLIT_BYTES, PROGRESS, STACK_TRACE);
  }
}
