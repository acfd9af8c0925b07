package io.heed.regress;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.size;

import io.heed.input.InputTable;
import io.heed.input.NamedPaths;
import io.heed.job.TableRun;
import io.heed.job.TaskOutputs;
import io.heed.output.Publication;
import io.heed.output.RejectedTable;
import io.heed.output.RunCounters;
import io.heed.output.RunCounts;
import io.heed.row.Rejectable;
import io.heed.row.Rejectable.Accepted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * The rows that a model is fitted to. The table is read into a copy of its features and labels,
 * beside the output and for as long as it is not published; all else comes from the copy.
 */
final class TrainingTable {
  private final SparkSession spark;
  private final InputTable table;
  private final LabelledRows reader;
  private Path copy;
  private RunCounts counts;

  TrainingTable(SparkSession spark, InputTable table, LabelledRows reader) {
    this.spark = spark;
    this.table = table;
    this.reader = reader;
  }

  /** How the rows are read. */
  LabelledRows reader() {
    return reader;
  }

  /** What became of the rows of a table that is read for nothing else. */
  Optional<RunCounts> counts() {
    return Optional.ofNullable(counts);
  }

  /**
   * The rows that can be used of a table that is predicted, where the others are rejected. The
   * table is read once, without regard to sizes.
   */
  Dataset<Row> usable(TableRun run, Publication publication) {
    LabelledRows rows = reader;
    Sizes sizes = Sizes.register(spark.sparkContext());
    JavaRDD<Row> read =
        table
            .rows()
            .map(row -> rows.point(row, PointReader.ANY_SIZE))
            .filter(point -> point instanceof Accepted<Point>)
            .map(Rejectable::value)
            .map(
                point -> {
                  sizes.add(point.features().length);
                  return RowFactory.create(point.features(), point.label());
                });
    Dataset<Row> written = copied(read, new Path(publication.rejectedSide(), "usable"));
    int common = sizes.differ() ? commonSize(written) : sizes.value();
    // Where no row can be used there is nothing to fit, and the rejected rows say why.
    return common == 0
        ? accepted(run, publication, counted(run, publication, common, sizes))
        : written.filter(size(written.col("features")).equalTo(common));
  }

  /**
   * The rows of a table that is read for nothing else; the others are rejected. Which size is wrong
   * is known when all rows have been read, so where they differ they are read again.
   */
  Dataset<Row> apart(TableRun run, Publication publication) {
    Sizes sizes = Sizes.register(spark.sparkContext());
    Pass pass = counted(run, publication, PointReader.ANY_SIZE, sizes);
    if (sizes.differ()) {
      pass = counted(run, publication, commonSize(pass.rows()), sizes);
    }
    return accepted(run, publication, pass);
  }

  /** The number of features that most rows have; of two as frequent, the smaller; 0 of no row. */
  private static int commonSize(Dataset<Row> rows) {
    Map<Integer, Long> sizes = rows.javaRDD().map(row -> row.getList(0).size()).countByValue();
    return sizes.entrySet().stream()
        .max(
            Map.Entry.<Integer, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .map(Map.Entry::getKey)
        .orElse(0);
  }

  /** The rows of one pass over the table, and what was counted in it. */
  private record Pass(Dataset<Row> rows, RejectedTable rejected, RunCounters counters) {}

  private Pass counted(TableRun run, Publication publication, int size, Sizes sizes) {
    RunCounters counters = RunCounters.register(spark.sparkContext());
    RejectedTable rejected = RejectedTable.forIds(table.idField().dataType(), run.provenance());
    TaskOutputs outputs = run.outputs(publication, rejected, counters);
    // Without the id, which every transformed row begins with.
    JavaRDD<Row> rows =
        run.transformed(table.rows(), new TrainingPlan(reader, size, sizes), outputs)
            .map(row -> RowFactory.create(row.get(1), row.get(2)));
    return new Pass(
        copied(rows, new Path(publication.rejectedSide(), "training")), rejected, counters);
  }

  /** The rows of a pass, whose rejected rows are kept beside. */
  private Dataset<Row> accepted(TableRun run, Publication publication, Pass pass) {
    table.requireAllRows(pass.counters().counts().rowsIn());
    counts = run.requireFewRejected(publication, pass.rejected(), pass.counters());
    publication.keepRejected("rejected-training", pass.rejected(), pass.counters().rejectedFiles());
    return pass.rows();
  }

  private Dataset<Row> copied(JavaRDD<Row> rows, Path path) {
    copy = path;
    spark
        .createDataFrame(rows, TrainingPlan.COLUMNS)
        .write()
        .mode(SaveMode.Overwrite) // of a pass that did not know the size
        .parquet(path.toString());
    return copy(path.toString());
  }

  private Dataset<Row> copy(String... paths) {
    return NamedPaths.reader(spark).schema(TrainingPlan.COLUMNS).parquet(paths);
  }

  /**
   * The first rows that have so many features, in the order of the tasks that read them. Where the
   * first file of the copy holds enough, no other is read.
   *
   * @param most how many at most
   */
  List<Point> first(int most, int dimensions) {
    List<String> files = files();
    List<Point> first = new ArrayList<>();
    int to = 1;
    for (int from = 0; from < files.size() && first.size() < most; from = to, to *= 4) {
      String[] some = files.subList(from, Math.min(to, files.size())).toArray(String[]::new);
      first.addAll(first(copy(some), most - first.size(), dimensions));
    }
    return first;
  }

  private static List<Point> first(Dataset<Row> rows, int most, int dimensions) {
    Column file = col("_metadata.file_name");
    List<double[]> numbers =
        rows.filter(size(rows.col("features")).equalTo(dimensions))
            .orderBy(length(file), file, col("_metadata.row_index"))
            .limit(most)
            .javaRDD()
            .map(row -> point(row).numbers())
            .collect();
    return numbers.stream().map(Point::of).toList();
  }

  private static Point point(Row row) {
    List<Double> features = row.getList(0);
    return new Point(features.stream().mapToDouble(x -> x).toArray(), row.getDouble(1));
  }

  /** The files of the copy in the order of the tasks that wrote them, whose numbers they bear. */
  private List<String> files() {
    try {
      FileSystem system = copy.getFileSystem(spark.sparkContext().hadoopConfiguration());
      return Arrays.stream(system.listStatus(copy))
          .map(file -> file.getPath().getName())
          .filter(name -> name.startsWith("part-"))
          .sorted(Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder()))
          .map(name -> new Path(copy, name).toString())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
