package io.heed.rapids;

import static org.apache.spark.sql.functions.udf;

import io.heed.input.Columns;
import io.heed.job.TaskOutputs;
import io.heed.spark.table.ComputedColumns;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of token ids to rows of vectors, on GPUs: one column takes the place of the other.
 *
 * @param tokens name of the column of token ids
 * @param vector name of the column of vectors
 */
public record RapidsColumns(GpuEmbedding embedding, String tokens, String vector) {
  /** What plans and logs call the function. */
  private static final String NAME = "heed_embed";

  /** Why a session has no GPUs, whatever the rows are, or empty. */
  public static Optional<String> fault(SparkSession spark) {
    return RapidsSession.fault(spark);
  }

  /**
   * Why a session's GPUs do not compute such rows, or empty. Plans a table of them, and computes
   * nothing.
   *
   * @param rows columns of the rows of token ids
   * @param first index of the first computed one
   */
  public Optional<String> fault(SparkSession spark, StructType rows, int first) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    // Beside the user's own, which stays as it is where the CPU is taken.
    SparkSession session = spark.newSession();
    prepare(session);
    return fault(
        session.createDataset(context.<Row>emptyRDD().rdd(), ComputedColumns.encoder(rows, first)));
  }

  /**
   * Why the GPUs of executors cannot be used, or empty. Runs a short task on each that is there.
   */
  public static Optional<String> faultOfExecutors(SparkSession spark) {
    return GpuProbe.fault(spark);
  }

  /** Why the GPUs of a table's session do not compute its rows, or empty. Computes nothing. */
  public Optional<String> fault(Dataset<Row> rows) {
    return RapidsSession.fault(replaced(rows, DeviceNews.none(), Metadata.empty()));
  }

  /**
   * The table with its vectors.
   *
   * @param rows that tasks count
   * @param outputs what the report reads
   * @param provenance for the metadata of the vectors' column
   */
  public Dataset<Row> of(Dataset<Row> rows, TaskOutputs outputs, Metadata provenance) {
    return replaced(rows, DeviceNews.of(outputs.counters(), outputs.kernels()), provenance);
  }

  /** The same of rows that no task counts. */
  public Dataset<Row> ofWhole(Dataset<Row> rows, TaskOutputs outputs, Metadata provenance) {
    return replaced(rows, DeviceNews.ofWhole(outputs.counters(), outputs.kernels()), provenance);
  }

  /** Sets what the plugin has to know before it plans, where the session's user has not. */
  public static void prepare(SparkSession spark) {
    RapidsSession.prepare(spark);
  }

  /**
   * Without nulls, and never filtered by its result: Spark would compute it once for the filter and
   * once more for the column.
   */
  private Dataset<Row> replaced(Dataset<Row> rows, DeviceNews news, Metadata metadata) {
    UserDefinedFunction embed =
        udf(new RapidsEmbed(embedding, news), DataTypes.createArrayType(DataTypes.FloatType, false))
            .withName(NAME)
            .asNonNullable();
    return rows.select(
        Arrays.stream(rows.columns())
            .map(name -> name.equals(tokens) ? embedded(embed, rows, metadata) : column(rows, name))
            .toArray(Column[]::new));
  }

  private Column embedded(UserDefinedFunction embed, Dataset<Row> rows, Metadata metadata) {
    return embed.apply(column(rows, tokens)).as(vector, metadata);
  }

  private static Column column(Dataset<Row> rows, String name) {
    return rows.col(Columns.quoted(name));
  }
}
