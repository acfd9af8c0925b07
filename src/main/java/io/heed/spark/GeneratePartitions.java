package io.heed.spark;

import io.heed.input.InputRow;
import io.heed.series.BarFeature;
import io.heed.spark.TokenSource.Kind;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Input rows to continued rows, one partition at a time. Rejected rows go to a side file of the
 * task attempt.
 *
 * @param plan how rows are continued
 * @param outputs where everything but the rows goes
 */
public record GeneratePartitions(GenerationPlan plan, TaskOutputs outputs)
    implements FlatMapFunction<Iterator<InputRow>, Row> {

  @Override
  public Iterator<Row> call(Iterator<InputRow> rows) {
    return GenerateTask.start(plan, outputs, rows);
  }

  /**
   * The columns of the output: id, kept columns, generated_ids, generated_bars where rows are bars,
   * else text where the model has a tokenizer, finish_reason.
   */
  public static StructType schema(
      GenerationPlan plan, StructField id, Iterable<StructField> keptFields) {
    StructType schema =
        OutputColumns.of(id, keptFields)
            .add("generated_ids", DataTypes.createArrayType(DataTypes.IntegerType, false), false);
    schema =
        plan.tokens().kind() == Kind.BARS ? schema.add("generated_bars", bars(), false) : schema;
    schema = plan.withText() ? schema.add("text", DataTypes.StringType, false) : schema;
    return schema.add("finish_reason", DataTypes.StringType, false);
  }

  private static DataType bars() {
    StructType bar = new StructType();
    for (BarFeature feature : BarFeature.values()) {
      bar = bar.add(feature.label(), DataTypes.DoubleType, false);
    }
    return DataTypes.createArrayType(bar, false);
  }
}
