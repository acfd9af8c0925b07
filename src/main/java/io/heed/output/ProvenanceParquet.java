package io.heed.output;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.Job;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.execution.datasources.parquet.ParquetWriteSupport;
import org.apache.spark.sql.types.StructType;

/**
 * Spark's Parquet, with a {@link Provenance} in the metadata of each file: Spark has no option for
 * it. A format of {@code DataFrameWriter}, by its class name.
 */
public final class ProvenanceParquet extends ParquetFileFormat {
  private static final long serialVersionUID = 1;

  /** Before the keys of entries, among the options of a writer. */
  private static final String OPTION = "heed.footer.";

  /** The options that carry a provenance. */
  public static Map<String, String> options(Provenance provenance) {
    Map<String, String> options = new HashMap<>();
    provenance.entries().forEach((key, value) -> options.put(OPTION + key, value));
    return options;
  }

  @Override
  public OutputWriterFactory prepareWrite(
      SparkSession session,
      Job job,
      scala.collection.immutable.Map<String, String> options,
      StructType schema) {
    OutputWriterFactory writers = super.prepareWrite(session, job, options, schema);
    ParquetOutputFormat.setWriteSupportClass(job, Writer.class);
    return writers;
  }

  /** Adds what the options of the writer carry to what Spark puts into a file's metadata. */
  public static final class Writer extends ParquetWriteSupport {

    @Override
    public WriteContext init(Configuration configuration) {
      WriteContext sparks = super.init(configuration);
      Map<String, String> metadata = new HashMap<>(sparks.getExtraMetaData());
      for (String key : configuration.getPropsWithPrefix(OPTION).keySet()) {
        // As it was set: a text such as ${user.home} is one, not what Hadoop puts in its place.
        metadata.put(key, configuration.getRaw(OPTION + key));
      }
      return new WriteSupport.WriteContext(sparks.getSchema(), metadata);
    }
  }
}
