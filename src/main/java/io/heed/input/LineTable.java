package io.heed.input;

import io.heed.input.SlicePlan.SliceTask;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;

/** An input of JSON lines, CSV or text, read by slices of files. */
final class LineTable {
  private final SparkContext spark;
  private final LineFormat format;
  private final Partitioning partitioning;
  private final QuotedRows quotedRows;
  private final Broadcast<SerializableConfiguration> configuration;
  private final List<SliceTask> tasks;

  LineTable(
      SparkContext spark,
      LineFormat format,
      InputFiles files,
      InputRequest request,
      Broadcast<SerializableConfiguration> configuration) {
    this.spark = spark;
    this.format = format;
    this.partitioning = request.partitioning();
    this.quotedRows = request.quotedRows();
    this.configuration = configuration;
    long splitBytes = partitioning.bytesPerSplit(files.bytes());
    this.tasks = SlicePlan.tasks(files.files(), format, splitBytes);
  }

  /** Rows; where a shuffle is due, lines take it before they are parsed. */
  JavaRDD<InputRow> rows(RowPlan plan) {
    LineColumns columns = LineColumns.of(plan, quotedRows);
    JavaRDD<Line> lines = slices().flatMap(new ReadSlices(format, columns, configuration));
    int shuffled = partitioning.shuffledTasks(tasks.size());
    JavaRDD<Line> parts = shuffled == 0 ? lines : JavaBytes.repartitioned(lines, shuffled);
    return parts.mapPartitions(new ParseLines(format, plan));
  }

  /** The slices of each task, as bytes. */
  private JavaRDD<byte[]> slices() {
    List<Tuple2<byte[], Seq<String>>> located =
        tasks.stream().map(task -> Tuple2.apply(JavaBytes.of(task.slices()), hosts(task))).toList();
    ClassTag<byte[]> type = ClassTag.apply(byte[].class);
    return spark.makeRDD(CollectionConverters.asScala(located).toSeq(), type).toJavaRDD();
  }

  private static Seq<String> hosts(SliceTask task) {
    return CollectionConverters.asScala(task.hosts()).toSeq();
  }
}
