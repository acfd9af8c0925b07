package io.heed.input;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.InMemoryFileIndex;
import org.apache.spark.sql.execution.datasources.NoopCache$;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Map;
import scala.jdk.javaapi.CollectionConverters;

/** Parquet files that a run has written, read again by the same run. */
public final class WrittenParquet {
  private WrittenParquet() {}

  /**
   * The table of a directory, with all of its rows.
   *
   * @param schema as it was written: what it says is never null stays so, which Spark's own readers
   *     forget
   */
  public static Dataset<Row> read(SparkSession spark, Path directory, StructType schema) {
    SparkSession session = ParquetSession.beside(spark);
    Map<String, String> options =
        scala.collection.immutable.Map$.MODULE$.from(
            CollectionConverters.asScala(ParquetSession.OPTIONS));
    InMemoryFileIndex files =
        new InMemoryFileIndex(
            session,
            CollectionConverters.asScala(List.of(directory)).toSeq(),
            options,
            Option.apply(schema),
            NoopCache$.MODULE$,
            Option.empty(),
            Option.empty());
    return session.baseRelationToDataFrame(
        new HadoopFsRelation(
            files,
            new StructType(),
            schema,
            Option.empty(),
            new ParquetFileFormat(),
            options,
            session));
  }

  /** The rows of what is computed of such a table, which hold times as files do. */
  public static JavaRDD<Row> rows(Dataset<Row> table) {
    return ParquetSession.within(table.sparkSession(), table::javaRDD);
  }
}
