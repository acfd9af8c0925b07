package io.heed.regression;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Appends predictions to the rows of a partition, some hundred rows at a time. */
record PredictColumn(Pooler pooler, FeatureColumn features)
    implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  /** The schema with the column of predictions. */
  static StructType extended(StructType schema, String predictionCol) {
    AddedColumns.clash(schema, predictionCol, "model")
        .ifPresent(
            clash -> {
              throw new RegressionException(clash);
            });
    return schema.add(predictionCol, DataTypes.DoubleType, false);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Iterator<>() {
      private final Queue<Row> done = new ArrayDeque<>();

      @Override
      public boolean hasNext() {
        return !done.isEmpty() || rows.hasNext();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        if (done.isEmpty()) {
          predict(rows, done);
        }
        return done.remove();
      }
    };
  }

  private void predict(Iterator<Row> rows, Queue<Row> done) {
    Row[] batch = new Row[pooler.batch()];
    int count = 0;
    while (count < batch.length && rows.hasNext()) {
      batch[count++] = rows.next();
    }
    double[][] queries = new double[count][];
    for (int i = 0; i < count; i++) {
      queries[i] = features.read(batch[i]);
    }
    double[] predictions = pooler.predict(queries);
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(predictions[i])) {
        throw new RegressionException(
            String.format(
                Locale.ROOT,
                "a prediction is %s; the features or labels are too large",
                predictions[i]));
      }
      done.add(extended(batch[i], predictions[i]));
    }
  }

  private static Row extended(Row row, double prediction) {
    Object[] values = new Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = prediction;
    return RowFactory.create(values);
  }
}
