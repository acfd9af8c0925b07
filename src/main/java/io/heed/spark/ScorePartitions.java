package io.heed.spark;

import io.heed.input.InputRow;
import java.util.Iterator;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Input rows to scored rows, one partition at a time. Rejected rows go to a side file of the task
 * attempt.
 *
 * @param plan how rows are scored
 * @param outputs where everything but the rows goes
 */
public record ScorePartitions(ScoringPlan plan, TaskOutputs outputs)
    implements FlatMapFunction<Iterator<InputRow>, Row> {

  @Override
  public Iterator<Row> call(Iterator<InputRow> rows) {
    return ScoreTask.start(plan, outputs, rows);
  }

  /**
   * The columns of the output: id, kept columns, token_count, log_likelihood, perplexity, which is
   * null for a row of one token; as the plan says token_log_probabilities and next_tokens.
   */
  public static StructType schema(
      ScoringPlan plan, StructField id, Iterable<StructField> keptFields) {
    StructType schema =
        OutputColumns.of(id, keptFields)
            .add("token_count", DataTypes.IntegerType, false)
            .add("log_likelihood", DataTypes.DoubleType, false)
            .add("perplexity", DataTypes.DoubleType, true);
    if (plan.tokenLogProbabilities()) {
      schema =
          schema.add(
              "token_log_probabilities",
              DataTypes.createArrayType(DataTypes.FloatType, false),
              false);
    }
    if (plan.nextTokens() > 0) {
      StructType token =
          new StructType()
              .add("token_id", DataTypes.IntegerType, false)
              .add("log_probability", DataTypes.FloatType, false);
      schema = schema.add("next_tokens", DataTypes.createArrayType(token, false), false);
    }
    return schema;
  }
}
