package io.heed.input;

import io.heed.input.RowPlan.IdOrigin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A Parquet input, read by Spark: only the columns that are needed, so that others may be of any
 * type. Directories such as {@code k=v} make the column {@code k}, as Spark does.
 */
final class ParquetTable {
  private final SparkSession session;
  private final InputFiles files;
  private final ListedFiles listed;
  private final ParquetFooters footers;
  private final Partitioning partitioning;

  private ParquetTable(
      SparkSession session,
      InputFiles files,
      ListedFiles listed,
      ParquetFooters footers,
      Partitioning partitioning) {
    this.session = session;
    this.files = files;
    this.listed = listed;
    this.footers = footers;
    this.partitioning = partitioning;
  }

  /**
   * Opens files whose footers are known.
   *
   * @param session as {@link ParquetSession} makes it
   */
  static ParquetTable open(
      SparkSession session, InputFiles files, ParquetFooters footers, Partitioning partitioning) {
    ParquetSession.split(session, files, footers.rowGroups(), partitioning);
    ListedFiles listed = ListedFiles.of(session, files);
    return new ParquetTable(session, files, listed, footers, partitioning);
  }

  /** The types of the wanted columns that are there; a directory's goes before a file's. */
  Map<String, DataType> types() {
    Map<String, DataType> types = new LinkedHashMap<>(footers.types());
    for (StructField field : listed.partitionSchema().fields()) {
      types.put(field.name(), field.dataType());
    }
    return types;
  }

  /** The columns that directories make. */
  List<String> partitionColumns() {
    return List.of(listed.partitionSchema().fieldNames());
  }

  JavaRDD<InputRow> rows(RowPlan plan) {
    List<String> names = List.copyOf(new LinkedHashSet<>(plan.columns()));
    // The classes of times are chosen with the rows' encoder.
    JavaRDD<Row> rows = ParquetSession.within(session, () -> spread(names));
    return rows.mapPartitions(new ParquetRows(plan, names, files.base().toString(), absent()));
  }

  /**
   * The table as Spark's columns, not row by row: the id, the kept columns, then those that rows
   * are computed from, by the names of {@link Columns#payloadName}. Empty where a column is not in
   * every file as it is, ids are made from places, or a number of tasks is asked for.
   */
  Optional<Dataset<Row>> columns(RowPlan plan) {
    boolean asTheyAre =
        plan.idOrigin() == IdOrigin.COLUMN
            && footers.nulls().values().stream().allMatch(Set::isEmpty)
            && absent().isEmpty()
            && partitioning.mode() != Partitioning.Mode.COUNT;
    if (!asTheyAre) {
      return Optional.empty();
    }
    Dataset<Row> table = relation(files.files(), Set.of());
    List<Column> columns = new ArrayList<>();
    columns.add(functions.col(Columns.quoted(plan.id().name())));
    plan.kept().forEach(field -> columns.add(functions.col(Columns.quoted(field.name()))));
    for (int i = 0; i < plan.payload().size(); i++) {
      String name = plan.payload().get(i).name();
      columns.add(functions.col(Columns.quoted(name)).as(Columns.payloadName(i)));
    }
    return Optional.of(table.select(columns.toArray(Column[]::new)));
  }

  /** The rows in as many tasks as are asked for. */
  private JavaRDD<Row> spread(List<String> names) {
    Dataset<Row> read =
        byNulls().entrySet().stream()
            .map(group -> read(group.getValue(), group.getKey(), names))
            .reduce(Dataset::union)
            .orElseThrow();
    JavaRDD<Row> rows = read.toJavaRDD();
    int natural = Math.min(footers.rowGroups(), rows.getNumPartitions());
    int shuffled = partitioning.shuffledTasks(natural);
    return shuffled == 0 ? rows : read.repartition(shuffled).toJavaRDD();
  }

  /** What no file of some holds is not absent from them when their directory says it. */
  private Map<String, Set<String>> absent() {
    Map<String, Set<String>> absent = new HashMap<>();
    footers.absent().forEach((path, names) -> absent.put(path, new LinkedHashSet<>(names)));
    absent.values().forEach(names -> partitionColumns().forEach(names::remove));
    absent.values().removeIf(Set::isEmpty);
    return absent;
  }

  /** The files by the columns that are null in all of their rows: Spark reads no such column. */
  private Map<Set<String>, List<InputFile>> byNulls() {
    Map<Set<String>, List<InputFile>> groups = new LinkedHashMap<>();
    for (InputFile file : files.files()) {
      Set<String> nulls = footers.nulls().getOrDefault(file.path().toString(), Set.of());
      groups.computeIfAbsent(nulls, names -> new ArrayList<>()).add(file);
    }
    return groups;
  }

  private Dataset<Row> read(List<InputFile> some, Set<String> nulls, List<String> names) {
    Dataset<Row> table = relation(some, nulls);
    Column place = table.metadataColumn("_metadata");
    return table.select(
        Stream.concat(
                names.stream().map(name -> column(name, nulls)),
                Stream.of(place.getField("file_path"), place.getField("row_index")))
            .toArray(Column[]::new));
  }

  private Dataset<Row> relation(List<InputFile> some, Set<String> nulls) {
    StructType inside = new StructType();
    for (Map.Entry<String, DataType> column : footers.types().entrySet()) {
      String name = column.getKey();
      if (!nulls.contains(name) && !partitionColumns().contains(name)) {
        inside = inside.add(name, column.getValue(), true);
      }
    }
    return session.baseRelationToDataFrame(
        new HadoopFsRelation(
            listed.only(session, some),
            listed.partitionSchema(),
            inside,
            Option.empty(),
            new ParquetFileFormat(),
            scala.collection.immutable.Map$.MODULE$.from(
                CollectionConverters.asScala(ParquetSession.OPTIONS)),
            session));
  }

  private Column column(String name, Set<String> nulls) {
    return nulls.contains(name) && !partitionColumns().contains(name)
        ? functions.lit(null).cast(footers.types().get(name)).as(name)
        : functions.col(Columns.quoted(name));
  }
}
