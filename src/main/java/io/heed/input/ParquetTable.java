package io.heed.input;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A Parquet input, read by Spark: only the columns that are needed. Directories such as {@code k=v}
 * make the column {@code k}, as Spark does.
 */
final class ParquetTable {

  /** Spark's 4,096 long rows fill hundreds of megabytes. */
  private static final int ROWS_DECODED_TOGETHER = 64;

  private final InputFiles files;
  private final Dataset<Row> table;
  private final ParquetFooters footers;
  private final Partitioning partitioning;

  private ParquetTable(
      InputFiles files, Dataset<Row> table, ParquetFooters footers, Partitioning partitioning) {
    this.files = files;
    this.table = table;
    this.footers = footers;
    this.partitioning = partitioning;
  }

  static ParquetTable open(
      SparkSession spark, InputFiles files, ParquetFooters footers, Partitioning partitioning) {
    DataFrameReader reader = session(spark, files, footers, partitioning).read();
    if (!footers.absent().isEmpty()) {
      reader.option("mergeSchema", "true");
    }
    boolean hasPartitionColumns = files.files().stream().anyMatch(file -> inKeyValue(file.name()));
    if (hasPartitionColumns) {
      reader.option("basePath", files.base().toString());
    } else {
      reader.option("recursiveFileLookup", "true");
    }
    String[] roots = files.roots().stream().map(p -> escaped(p.toString())).toArray(String[]::new);
    try {
      return new ParquetTable(files, reader.parquet(roots), footers, partitioning);
    } catch (Exception e) { // Spark throws its checked AnalysisException without declaring it.
      throw new InputException(
          "cannot read %s as Parquet: %s".formatted(files.roots().get(0), e.getMessage()), e);
    }
  }

  /**
   * A session with the caller's settings, so that those which this reading needs change nothing for
   * others: exact column names, splits by compute, stages that run only when the rows are read, and
   * little memory.
   */
  private static SparkSession session(
      SparkSession spark, InputFiles files, ParquetFooters footers, Partitioning partitioning) {
    SparkSession session = spark.newSession();
    for (Map.Entry<String, String> setting :
        CollectionConverters.asJava(spark.conf().getAll()).entrySet()) {
      if (session.conf().isModifiable(setting.getKey())) {
        session.conf().set(setting.getKey(), setting.getValue());
      }
    }
    // A row group cannot be split: smaller splits would be tasks without rows.
    long rowGroupBytes = files.bytes() / Math.max(1, footers.rowGroups());
    long splitBytes = Math.max(rowGroupBytes, partitioning.bytesPerSplit(files.bytes()));
    session.conf().set("spark.sql.files.maxPartitionBytes", splitBytes);
    session.conf().set("spark.sql.files.openCostInBytes", 0L);
    session.conf().set("spark.sql.caseSensitive", true);
    session.conf().set("spark.sql.adaptive.enabled", false);
    // The classes of java.sql hold times by the calendar and the time zone of the JVM.
    session.conf().set("spark.sql.datetime.java8API.enabled", true);
    if (!ParquetMemory.isDecodingSet(session)) {
      ParquetMemory.decodeTogether(session, ROWS_DECODED_TOGETHER);
    }
    if ("file".equals(files.base().toUri().getScheme())) {
      // Reading ahead gains nothing on a disk.
      ParquetMemory.readAsDecoded(session);
    }
    return session;
  }

  private static boolean inKeyValue(String name) {
    int directory = name.lastIndexOf('/');
    return directory > 0 && name.substring(0, directory).contains("=");
  }

  /** The path as a glob that matches only itself. */
  private static String escaped(String path) {
    return path.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
  }

  StructType schema() {
    return table.schema();
  }

  JavaRDD<InputRow> rows(RowPlan plan) {
    List<String> names = List.copyOf(new LinkedHashSet<>(plan.columns()));
    Column place = table.metadataColumn("_metadata");
    Column[] columns =
        Stream.concat(
                names.stream().map(name -> functions.col(quoted(name))),
                Stream.of(place.getField("file_path"), place.getField("row_index")))
            .toArray(Column[]::new);
    Dataset<Row> read = table.select(columns);
    int natural = Math.min(footers.rowGroups(), read.toJavaRDD().getNumPartitions());
    int shuffled = partitioning.shuffledTasks(natural);
    Dataset<Row> parts = shuffled == 0 ? read : read.repartition(shuffled);
    return parts
        .toJavaRDD()
        .mapPartitions(new ParquetRows(plan, names, files.base().toString(), footers.absent()));
  }

  private static String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }
}
