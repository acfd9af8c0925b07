package io.heed.regress;

import static org.apache.spark.sql.functions.size;

import io.heed.input.InputTable;
import io.heed.input.NamedPaths;
import io.heed.job.FirstCause;
import io.heed.job.JobContext;
import io.heed.job.RowComputation;
import io.heed.job.TableRun;
import io.heed.job.TaskOutputs;
import io.heed.output.Publication;
import io.heed.output.RejectedTable;
import io.heed.output.RunCounters;
import io.heed.output.RunCounts;
import io.heed.regression.AttentionPooling;
import io.heed.regression.AttentionPoolingModel;
import io.heed.regression.AttentionPoolingSummary;
import io.heed.regression.Prediction;
import io.heed.spark.table.RowTransform;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Fits a model to the rows of one table and predicts for those of the same or another. */
final class Regression implements RowComputation<Double> {
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
  public StructType added() {
    return Prediction.columns();
  }

  @Override
  public void prepare(TableRun run, Publication publication) {
    Dataset<Row> rows = queryRows.isPresent() ? apart(run, publication) : usable(run, publication);
    model = estimator.fit(rows);
    model.summary().warnings().forEach(warning -> err.println("heed: warning: " + warning));
  }

  /** The number of features that most rows have; of two as frequent, the smaller; 0 of no row. */
  private static int commonSize(Map<Integer, Long> sizes) {
    return sizes.entrySet().stream()
        .max(
            Map.Entry.<Integer, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .map(Map.Entry::getKey)
        .orElse(0);
  }

  /**
   * The training rows that can be used of a table that is predicted, where the others are rejected.
   * The table is read once: its sizes are counted, and its rows sorted, in the copy.
   */
  private Dataset<Row> usable(TableRun run, Publication publication) {
    FeatureRows reader = trainingRows;
    JavaRDD<Row> rows =
        training
            .rows()
            .filter(row -> reader.rejection(row, 0).isEmpty())
            .map(row -> RowFactory.create(reader.features(row), reader.label(row)));
    Dataset<Row> copy = copy(rows, publication.rejectedSide() + "/usable");
    int size = commonSize(copy.javaRDD().map(row -> row.getList(0).size()).countByValue());
    // Where no row can be used there is nothing to fit, and the rejected rows say why.
    return size == 0
        ? counted(run, publication, 0)
        : copy.filter(size(copy.col("features")).equalTo(size));
  }

  /** The training rows of a table that is read for nothing else. */
  private Dataset<Row> apart(TableRun run, Publication publication) {
    FeatureRows reader = trainingRows;
    Map<Integer, Long> sizes =
        training
            .rows()
            .filter(row -> reader.rejection(row, 0).isEmpty())
            .map(row -> reader.features(row).length)
            .countByValue();
    return counted(run, publication, commonSize(sizes));
  }

  /** The training rows of one size; the others are counted, and kept beside. */
  private Dataset<Row> counted(TableRun run, Publication publication, int size) {
    RunCounters counters = RunCounters.register(spark.sparkContext());
    RejectedTable table = RejectedTable.forIds(training.idField().dataType());
    TaskOutputs outputs = run.outputs(publication, table, counters);
    // Without the id, which every transformed row begins with.
    JavaRDD<Row> rows =
        run.transformed(training.rows(), new TrainingPlan(trainingRows, size), outputs)
            .map(row -> RowFactory.create(row.get(1), row.get(2)));
    Dataset<Row> copy = copy(rows, publication.rejectedSide() + "/training");
    training.requireAllRows(counters.counts().rowsIn());
    trainingCounts = run.requireFewRejected(publication, table, counters);
    publication.keepRejected("rejected-training", table, counters.rejectedFiles());
    return copy;
  }

  private Dataset<Row> copy(JavaRDD<Row> rows, String path) {
    spark.createDataFrame(rows, TrainingPlan.COLUMNS).write().parquet(path);
    return NamedPaths.reader(spark).schema(TrainingPlan.COLUMNS).parquet(path);
  }

  @Override
  public RowTransform<Double> transform() {
    return new Prediction(queryRows.orElse(trainingRows), model.pooler());
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
