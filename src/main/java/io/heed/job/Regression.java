package io.heed.job;

import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.input.NamedPaths;
import io.heed.output.Publication;
import io.heed.output.RejectedTable;
import io.heed.output.RunCounters;
import io.heed.output.RunCounts;
import io.heed.regression.AttentionPooling;
import io.heed.regression.AttentionPoolingModel;
import io.heed.regression.AttentionPoolingSummary;
import io.heed.regression.Pooler;
import io.heed.row.Rejectable;
import io.heed.row.Rejection.Reason;
import io.heed.spark.OutputColumns;
import io.heed.spark.TaskOutputs;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Fits a model to the rows of one table and predicts for those of the same or another. */
final class Regression implements RowComputation {
  private static final StructType TRAINING =
      StructType.fromDDL("features ARRAY<DOUBLE> NOT NULL, label DOUBLE NOT NULL");

  /** Rows that are read between two looks at how far a task is. */
  private static final int TRAINING_BATCH = 256;

  private final SparkSession spark;
  private final AttentionPooling estimator;
  private final InputTable training;
  private final FeatureRows trainingRows;
  private final Optional<FeatureRows> queryRows;
  private final Plots plots;
  private final PrintStream err;
  private AttentionPoolingModel model;
  private RunCounts trainingCounts;

  /** Draws pictures of a run. */
  interface Plots {
    void draw(AttentionPoolingModel model, Publication publication);
  }

  /**
   * A regression.
   *
   * @param queryRows how the rows of another table are read, or empty to predict for the training
   *     rows
   */
  Regression(
      JobContext context,
      AttentionPooling estimator,
      InputTable training,
      FeatureRows trainingRows,
      Optional<FeatureRows> queryRows,
      Plots plots) {
    this.spark = context.spark();
    this.err = context.err();
    this.estimator = estimator;
    this.training = training;
    this.trainingRows = trainingRows;
    this.queryRows = queryRows;
    this.plots = plots;
  }

  @Override
  public StructType schema(StructField id, List<StructField> keptFields) {
    return OutputColumns.of(id, keptFields).add("prediction", DataTypes.DoubleType, false);
  }

  @Override
  public void prepare(TableRun run, Publication publication) {
    int size = commonSize();
    // Where no row can be used there is nothing to fit, and the rejected rows say why.
    boolean apart = queryRows.isPresent() || size == 0;
    Dataset<Row> rows = apart ? counted(run, publication, size) : usable(size);
    model = estimator.fit(rows);
    model.summary().warnings().forEach(warning -> err.println("heed: warning: " + warning));
  }

  /** The number of features that most rows have; of two as frequent, the smaller. */
  private int commonSize() {
    FeatureRows reader = trainingRows;
    Map<Integer, Long> sizes =
        training
            .rows()
            .filter(row -> reader.rejection(row, 0).isEmpty())
            .map(row -> reader.features(row).length)
            .countByValue();
    return sizes.entrySet().stream()
        .max(
            Map.Entry.<Integer, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .map(Map.Entry::getKey)
        .orElse(0);
  }

  /** The training rows that can be used; the others are rejected where all are predicted. */
  private Dataset<Row> usable(int size) {
    FeatureRows reader = trainingRows;
    JavaRDD<Row> rows =
        training
            .rows()
            .filter(row -> reader.rejection(row, size).isEmpty())
            .map(row -> RowFactory.create(reader.features(row), reader.label(row)));
    return spark.createDataFrame(rows, TRAINING);
  }

  /** The same of a table that is not predicted: rejected rows are kept beside. */
  private Dataset<Row> counted(TableRun run, Publication publication, int size) {
    RunCounters counters = RunCounters.register(spark.sparkContext());
    RejectedTable table = RejectedTable.forIds(training.idField().dataType());
    TaskOutputs outputs = run.outputs(publication, table, counters);
    FeatureRows reader = trainingRows;
    JavaRDD<Row> rows =
        training
            .rows()
            .mapPartitions(
                part ->
                    new FeatureTask(
                        part,
                        row -> reader.usable(row, size),
                        TRAINING_BATCH,
                        batch -> trainingRows(reader, batch),
                        outputs));
    String copy = publication.rejectedSide() + "/training";
    spark.createDataFrame(rows, TRAINING).write().parquet(copy);
    training.requireAllRows(counters.counts().rowsIn());
    trainingCounts = run.requireFewRejected(publication, table, counters);
    publication.keepRejected("rejected-training", table, counters.rejectedFiles());
    return NamedPaths.reader(spark).schema(TRAINING).parquet(copy);
  }

  private static List<Rejectable<Row>> trainingRows(FeatureRows reader, List<InputRow> rows) {
    return rows.stream()
        .map(row -> RowFactory.create(reader.features(row), reader.label(row)))
        .map(Rejectable::of)
        .toList();
  }

  @Override
  public JavaRDD<Row> compute(JavaRDD<InputRow> rows, TaskOutputs outputs) {
    FeatureRows reader = queryRows.orElse(trainingRows);
    Pooler pooler = model.pooler();
    return rows.mapPartitions(
        part ->
            new FeatureTask(
                part,
                row -> reader.usable(row, pooler.dimensions()),
                pooler.batch(),
                batch -> predicted(reader, pooler, batch),
                outputs));
  }

  private static List<Rejectable<Row>> predicted(
      FeatureRows reader, Pooler pooler, List<InputRow> rows) {
    double[][] queries = rows.stream().map(reader::features).toArray(double[][]::new);
    double[] predictions = pooler.predict(queries);
    return IntStream.range(0, predictions.length)
        .mapToObj(i -> result(rows.get(i), predictions[i]))
        .toList();
  }

  private static Rejectable<Row> result(InputRow row, double prediction) {
    return Double.isFinite(prediction)
        ? Rejectable.of(FeatureTask.predicted(row, prediction))
        : Rejectable.rejected(
            Reason.NON_FINITE,
            String.format(
                Locale.ROOT, "the prediction is %s: the numbers are too large", prediction));
  }

  @Override
  public void finish(Publication publication) {
    try {
      plots.draw(model, publication);
    } catch (RuntimeException | LinkageError | InternalError e) { // as where there are no fonts
      err.println("heed: warning: the plots could not be drawn: " + FirstCause.of(e));
    }
  }

  @Override
  public Map<String, ?> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    if (model != null) {
      AttentionPoolingSummary summary = model.summary();
      details.put("fit", told(summary));
      details.put("fitted", fitted(summary));
    }
    if (trainingCounts != null) {
      Map<String, Object> counts = new LinkedHashMap<>();
      counts.put("rowsIn", trainingCounts.rowsIn());
      counts.put("rowsRejected", trainingCounts.rowsRejected());
      details.put("training", counts);
    }
    return details;
  }

  private static String told(AttentionPoolingSummary summary) {
    String text =
        String.format(
            Locale.ROOT,
            "%d rows of %d features, width %.6g",
            summary.keys(),
            summary.dimensions(),
            summary.width());
    if (summary.queries() > 0) {
      text +=
          String.format(Locale.ROOT, ", loss %.6g over %d rows", summary.loss(), summary.queries());
    }
    return summary.warnings().isEmpty()
        ? text
        : text + "; warning: " + String.join("; ", summary.warnings());
  }

  private static Map<String, Object> fitted(AttentionPoolingSummary summary) {
    Map<String, Object> fitted = new LinkedHashMap<>();
    fitted.put("rows", summary.keys());
    fitted.put("features", summary.dimensions());
    fitted.put("width", summary.width());
    fitted.put("lossRows", summary.queries());
    fitted.put("loss", Double.isNaN(summary.loss()) ? null : summary.loss());
    fitted.put(
        "steps",
        summary.steps().stream()
            .map(step -> Map.of("width", step.width(), "loss", step.loss()))
            .toList());
    fitted.put("warnings", summary.warnings());
    return fitted;
  }
}
