package io.heed.regression;

import io.heed.input.Columns;
import io.heed.spark.table.AddedColumns;
import io.heed.spark.table.AddedResult;
import io.heed.spark.table.BadRows;
import java.io.Serializable;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of predictions, as parameters of the estimator and of its model.
 *
 * @param features of the features
 * @param prediction for the predictions
 * @param rejection that says why a row has none
 * @param onBadRow what becomes of such a row
 */
record PredictionColumns(
    Param<String> features,
    Param<String> prediction,
    Param<String> rejection,
    Param<String> onBadRow)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String ADDER = "model";

  static PredictionColumns of(Params parent) {
    return new PredictionColumns(
        new Param<>(parent, "featuresCol", "column of vectors, numbers or arrays of numbers"),
        new Param<>(parent, "predictionCol", "column for the predictions"),
        new Param<>(parent, "rejectionCol", "column that says why a row has no prediction"),
        new Param<>(
            parent,
            "onBadRow",
            BadRows.SETTING.documentation(),
            ParamValidators.inArray(new String[] {"reject", "mark", "fail"})));
  }

  /** How predictions stand beside rows whose features can be read. */
  AddedResult result(Params parent, StructType schema) {
    FeatureColumn.of(schema, value(parent, features), new Columns());
    AddedColumns.clash(schema, value(parent, prediction), ADDER)
        .ifPresent(
            clash -> {
              throw new RegressionException(clash);
            });
    return new AddedResult(
        BadRows.SETTING.parse(value(parent, onBadRow), onBadRow.name()),
        name -> value(parent, name.equals(Prediction.COLUMN) ? prediction : rejection),
        field -> null,
        ADDER);
  }

  private static String value(Params parent, Param<String> param) {
    return (String) parent.getOrDefault(param);
  }
}
