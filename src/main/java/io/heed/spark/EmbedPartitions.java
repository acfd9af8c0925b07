package io.heed.spark;

import io.heed.input.InputRow;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Input rows to output rows, one partition at a time. Rejected rows go to a side file of the task
 * attempt; good and rejected rows and their counts come from the same pass.
 *
 * @param plan how rows are embedded
 * @param outputs where everything but the rows goes
 * @param earliest gathers the first rows of the input
 */
public record EmbedPartitions(EmbeddingPlan plan, TaskOutputs outputs, EarliestRows earliest)
    implements FlatMapFunction<Iterator<InputRow>, Row> {

  @Override
  public Iterator<Row> call(Iterator<InputRow> rows) {
    return EmbedTask.start(plan, outputs, earliest, rows);
  }

  /**
   * The columns of the output: id, kept columns, embedding, token_count, truncated; with attention
   * layers also tokens and attention, whose weights are {@code [H][T][T]}.
   */
  public static StructType schema(
      EmbeddingPlan plan, StructField id, Iterable<StructField> keptFields) {
    StructType schema =
        OutputColumns.of(id, keptFields)
            .add(required("embedding", plan.embeddingType()))
            .add(required("token_count", DataTypes.IntegerType))
            .add(required("truncated", DataTypes.BooleanType));
    return plan.attentionLayers().isEmpty()
        ? schema
        : schema
            .add(required("tokens", DataTypes.createArrayType(DataTypes.StringType, false)))
            .add(required("attention", attentionType()));
  }

  private static DataType attentionType() {
    DataType weights = DataTypes.FloatType;
    for (int dimension = 0; dimension < 3; dimension++) {
      weights = DataTypes.createArrayType(weights, false);
    }
    return DataTypes.createArrayType(
        new StructType()
            .add(required("layer", DataTypes.IntegerType))
            .add(required("weights", weights)),
        false);
  }

  private static StructField required(String name, DataType type) {
    return new StructField(name, type, false, Metadata.empty());
  }
}
