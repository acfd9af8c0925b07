package io.heed.input;

import io.heed.input.RowPlan.IdOrigin;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.SerializableConfiguration;

/**
 * An input, opened: its files are listed, its format is known, its columns are found and typed.
 * Rows are read when Spark asks for them.
 *
 * <p>Ids made from places, and the order of rows inside a task, are the same in every run over the
 * same files. A row is rejected, not the input, when it lacks a column that others have.
 */
public final class InputTable {
  /** What {@link #totalUnits} counts. */
  public enum ProgressUnit {
    /** Bytes of the files as stored. */
    BYTES,
    /** Rows, from the footers of Parquet files. */
    ROWS
  }

  private final InputFiles files;
  private final InputFormat format;
  private final ProgressUnit progressUnit;
  private final RowPlan plan;
  private final long totalUnits;
  private final List<String> notes;
  private final Function<RowPlan, JavaRDD<InputRow>> reader;
  private final Function<RowPlan, Optional<Dataset<Row>>> columns;

  private InputTable(
      InputFiles files,
      FileFormat format,
      ProgressUnit progressUnit,
      RowPlan plan,
      long totalUnits,
      List<String> notes,
      Function<RowPlan, JavaRDD<InputRow>> reader,
      Function<RowPlan, Optional<Dataset<Row>>> columns) {
    this.files = files;
    this.format = format.name();
    this.progressUnit = progressUnit;
    this.plan = plan;
    this.totalUnits = totalUnits;
    this.notes = Stream.concat(files.notes().stream(), notes.stream()).toList();
    this.reader = reader;
    this.columns = columns;
  }

  /**
   * Opens an input: lists its files and reads the beginning of the first one, or all Parquet
   * footers.
   *
   * @throws InputException when the input does not exist, holds no file or several formats, cannot
   *     be read, or does not have the columns asked for in a type that they can be read from; a
   *     file without rows has those that its header or schema, or that of the request, says
   */
  public static InputTable open(SparkSession spark, InputRequest request) {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    InputFiles files = StreamedFiles.done(spark, InputFiles.list(request.path(), configuration));
    return switch (request.format().orElseGet(() -> InputFormat.ofFiles(files.files()))) {
      case JSONL -> ofLines(spark, request, files, new JsonFormat());
      case CSV -> ofLines(spark, request, files, new CsvFormat());
      case TEXT -> ofLines(spark, request, files, new TextFormat());
      case PARQUET -> ofParquet(spark, request, files);
    };
  }

  private static InputTable ofParquet(SparkSession spark, InputRequest request, InputFiles files) {
    FileFormat format = new ParquetFormat();
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    SparkSession session = ParquetSession.beside(spark, files);
    ParquetFooters footers =
        ParquetFooters.read(
            files.files(),
            request.columns(),
            ParquetReadings.ofTypes(session),
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            shared(spark, files));
    ParquetTable table = ParquetTable.open(session, files, footers, request.partitioning());
    KnownColumns known =
        KnownColumns.ofParquet(
            table.types(),
            () -> {
              Path first = files.files().get(0).path();
              Set<String> names =
                  new LinkedHashSet<>(ParquetFooter.names(first, files.opening(configuration)));
              names.addAll(table.partitionColumns());
              return names;
            });
    RowPlan plan = ColumnResolver.resolve(request, format, known, TimeValues.of(spark));
    if (table.partitionColumns().contains(plan.id().name())) {
      PartitionIds.requireExact(files.files(), plan.id());
    }
    List<String> notes = ParquetReadings.notes(session, table.types().values());
    return new InputTable(
        files, format, ProgressUnit.ROWS, plan, footers.rows(), notes, table::rows, table::columns);
  }

  private static InputTable ofLines(
      SparkSession spark, InputRequest request, InputFiles files, LineFormat format) {
    Configuration configuration = files.opening(spark.sparkContext().hadoopConfiguration());
    KnownColumns known = format.columns(files.files(), request, configuration);
    RowPlan plan = ColumnResolver.resolve(request, format, known, TimeValues.of(spark));
    LineTable table =
        new LineTable(spark.sparkContext(), format, files, request, shared(spark, files));
    return new InputTable(
        files,
        format,
        ProgressUnit.BYTES,
        plan,
        files.bytes(),
        List.of(),
        table::rows,
        lines -> Optional.empty());
  }

  private static Broadcast<SerializableConfiguration> shared(SparkSession spark, InputFiles files) {
    Configuration opening = files.opening(spark.sparkContext().hadoopConfiguration());
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .broadcast(new SerializableConfiguration(opening));
  }

  /**
   * The id of every row: the column that was asked for, else {@code id} where the input has one,
   * else {@code id string}, the file's path below the input, {@code #} and the position.
   */
  public StructField idField() {
    return plan.id();
  }

  /** Whether ids come from a column, not from the places of the rows. */
  public boolean hasIdColumn() {
    return plan.idOrigin() == IdOrigin.COLUMN;
  }

  /** The kept columns with their types, all nullable, in the order they were asked for. */
  public List<StructField> keptFields() {
    return plan.kept();
  }

  /** The format of every file. */
  public InputFormat format() {
    return format;
  }

  /** One element per row of the input, good or rejected. Every call plans the reading anew. */
  public JavaRDD<InputRow> rows() {
    return reader.apply(plan);
  }

  /**
   * The input as Spark's own columns, where it can be read so: the id, the kept columns, then those
   * that rows are computed from, by the names of {@link Columns#payloadName}. No row of it is
   * checked.
   */
  public Optional<Dataset<Row>> columns() {
    return columns.apply(plan);
  }

  /**
   * How much there is to read, known without reading it. The {@link InputRow#units} of all rows
   * come to this, less what follows the last row of each split.
   */
  public long totalUnits() {
    return totalUnits;
  }

  /** The unit of {@link #totalUnits}. */
  public ProgressUnit progressUnit() {
    return progressUnit;
  }

  /** The files and directories that the path stands for, qualified: what a glob matched. */
  public List<Path> roots() {
    return files.roots();
  }

  /** What a person should know of how the input is read, a line each. */
  public List<String> notes() {
    return notes;
  }

  /**
   * Checks that no row was lost or came twice, where that is known.
   *
   * @param rows how many rows were read
   * @throws InputException when the footers of Parquet files say another number, for then a file
   *     has changed in between
   */
  public void requireAllRows(long rows) {
    if (progressUnit == ProgressUnit.ROWS && rows != totalUnits) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "%d rows of %s were read, but the files had %d when they were listed: they have changed",
              rows,
              files.base(),
              totalUnits));
    }
  }
}
