package io.heed.job;

import io.heed.input.WrittenParquet;
import io.heed.output.OutputException;
import io.heed.output.Provenance;
import io.heed.output.ProvenanceMetadata;
import io.heed.output.ProvenanceParquet;
import io.heed.output.Publication;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Writes the table of a run to where it is published from.
 *
 * @param columns what Spark computes of its columns
 */
record OutputWriter(
    SparkSession spark,
    Publication publication,
    Optional<ColumnComputation> columns,
    Provenance provenance) {

  /** The table that is written of rows that tasks count. */
  Dataset<Row> table(Dataset<Row> rows, TaskOutputs outputs) {
    return columns
        .map(of -> of.of(prepared(rows, of), outputs, ProvenanceMetadata.of(provenance)))
        .orElse(rows);
  }

  /** The table that is written of rows that no task counts. */
  Dataset<Row> table(WholeTable whole, TaskOutputs outputs) {
    ColumnComputation of = columns.orElseThrow();
    return of.ofWhole(prepared(whole.rows(), of), outputs, ProvenanceMetadata.of(provenance));
  }

  private static Dataset<Row> prepared(Dataset<Row> rows, ColumnComputation of) {
    of.prepare(rows.sparkSession());
    return rows;
  }

  /** Writes a table. */
  void save(Dataset<Row> table) {
    try {
      writer(table).save(publication.data().toString());
    } catch (Exception e) { // Spark throws checked exceptions without declaring them.
      if (e instanceof IOException) { // on the driver, when tasks are done: no input is read there
        throw new OutputException(
            String.format(
                Locale.ROOT, "cannot write output %s: %s", publication.output(), e.getMessage()),
            e);
      }
      throw e;
    }
  }

  /** A plugin writes Spark's own format alone, whose footers tell nothing beside the columns. */
  private DataFrameWriter<Row> writer(Dataset<Row> table) {
    SparkConf conf = spark.sparkContext().getConf();
    StructType schema = table.schema();
    return columns.isPresent()
        ? table.write().format("parquet").options(ParquetLayout.optionsOfColumns(schema, conf))
        : table
            .write()
            .format(ProvenanceParquet.class.getName())
            .options(ParquetLayout.options(schema, conf))
            .options(ProvenanceParquet.options(provenance));
  }

  /** How many rows were written. */
  long count(StructType schema) {
    return WrittenParquet.read(spark, publication.data(), schema).count();
  }

  /** What was written, to be looked at and written anew. */
  SuspectRows setAside(StructType schema) {
    ColumnComputation of = columns.orElseThrow();
    Dataset<Row> written = prepared(WrittenParquet.read(spark, publication.setAside(), schema), of);
    return new SuspectRows(written, of.suspects(written));
  }
}
