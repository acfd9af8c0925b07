package io.heed.spark;

import io.heed.input.InputRow;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Input rows to output rows of {@code jobs/attend}, one partition at a time.
 *
 * @param plan how rows attend
 * @param outputs where everything but the rows goes
 */
public record AttendPartitions(AttentionPlan plan, TaskOutputs outputs)
    implements FlatMapFunction<Iterator<InputRow>, Row> {

  @Override
  public Iterator<Row> call(Iterator<InputRow> rows) {
    return AttendTask.start(plan, outputs, rows);
  }

  /** The columns of the output: id, kept columns, context, and attention where it is asked for. */
  public static StructType schema(
      AttentionPlan plan, StructField id, Iterable<StructField> keptFields) {
    StructType schema = OutputColumns.of(id, keptFields);
    DataType vectors = plan.vectorType().severalType();
    DataType weights = arrays(arrays(arrays(DataTypes.FloatType)));
    schema = schema.add(new StructField("context", vectors, false, Metadata.empty()));
    return plan.options().weights() == WeightsOut.GIVEN
        ? schema.add(new StructField("attention", weights, false, Metadata.empty()))
        : schema;
  }

  private static DataType arrays(DataType element) {
    return DataTypes.createArrayType(element, false);
  }
}
