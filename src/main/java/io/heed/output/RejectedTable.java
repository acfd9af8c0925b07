package io.heed.output;

import java.io.IOException;
import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the rejected rows. {@code id} has the type of the output's id column if that is a
 * string or a whole number; any other id is text, as {@link io.heed.value.ValueText} writes it.
 *
 * <p>Serializable: tasks open their side files with it.
 */
public final class RejectedTable implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String EMPTY = "rejected-none.parquet";
  private static final Pattern SIDE_FILE = Pattern.compile("rejected-\\d+-\\d+\\.parquet");

  private final IdColumn id;
  private final Provenance provenance;

  private RejectedTable(IdColumn id, Provenance provenance) {
    this.id = id;
    this.provenance = provenance;
  }

  /**
   * The table beside an output.
   *
   * @param idType type of the output's id column
   * @param provenance what the metadata of its files tells
   */
  public static RejectedTable forIds(DataType idType, Provenance provenance) {
    return new RejectedTable(IdColumn.of(idType), provenance);
  }

  /** The columns as Spark reads them. */
  public StructType schema() {
    return new StructType()
        .add("id", id.type())
        .add("reason", DataTypes.StringType)
        .add("message", DataTypes.StringType)
        .add("source", DataTypes.StringType)
        .add("position", DataTypes.LongType)
        .add("row", DataTypes.StringType);
  }

  /**
   * The side file of one task attempt, created with its first row.
   *
   * @param directory {@link Publication#rejectedSide}
   * @param partition number of the task's partition
   * @param taskAttemptId {@code TaskContext.taskAttemptId()}, which no other attempt has
   */
  public RejectedRowsWriter newWriter(
      Configuration configuration, Path directory, int partition, long taskAttemptId) {
    String name = String.format(Locale.ROOT, "rejected-%05d-%d.parquet", partition, taskAttemptId);
    return new RejectedRowsWriter(configuration, new Path(directory, name), id, provenance);
  }

  /** Whether {@code name} is one that {@link #newWriter} gives. */
  static boolean isSideFile(String name) {
    return SIDE_FILE.matcher(name).matches();
  }

  /** Writes a file without rows, so that readers always find the columns. */
  void writeEmpty(Configuration configuration, Path directory) throws IOException {
    RejectedRowsParquet.open(configuration, new Path(directory, EMPTY), id, provenance).close();
  }
}
