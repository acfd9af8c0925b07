package io.heed.regress;

import io.heed.job.FirstCause;
import io.heed.job.JobContext;
import io.heed.job.RowComputation;
import io.heed.job.TableRun;
import io.heed.output.Publication;
import io.heed.output.RunCounts;
import io.heed.regression.AttentionPooling;
import io.heed.regression.AttentionPoolingModel;
import io.heed.regression.AttentionPoolingSummary;
import io.heed.regression.FeatureReader;
import io.heed.regression.Prediction;
import io.heed.spark.table.RowTransform;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Fits a model to the rows of one table and predicts for those of the same or another. */
final class Regression implements RowComputation<Double> {
  private final AttentionPooling estimator;
  private final TrainingTable training;
  private final Optional<FeatureRows> queryRows;
  private final Plots plots;
  private final PrintStream err;
  private AttentionPoolingModel model;

  /** Draws pictures of a run. */
  interface Plots {
    void draw(AttentionPoolingModel model, TrainingTable training, Publication publication);
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
      TrainingTable training,
      Optional<FeatureRows> queryRows,
      Plots plots) {
    this.err = context.err();
    this.estimator = estimator;
    this.training = training;
    this.queryRows = queryRows;
    this.plots = plots;
  }

  @Override
  public StructType added() {
    return Prediction.columns();
  }

  @Override
  public void prepare(TableRun run, Publication publication) {
    Dataset<Row> rows =
        queryRows.isPresent()
            ? training.apart(run, publication)
            : training.usable(run, publication);
    model = estimator.fit(rows);
    model.summary().warnings().forEach(warning -> err.println("heed: warning: " + warning));
  }

  @Override
  public RowTransform<Double> transform() {
    return new Prediction(
        queryRows.<FeatureReader>map(rows -> rows).orElse(training.reader()), model.pooler());
  }

  @Override
  public void finish(Publication publication) {
    try {
      plots.draw(model, training, publication);
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
    training.counts().ifPresent(counts -> details.put("training", told(counts)));
    return details;
  }

  private static Map<String, Object> told(RunCounts counts) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("rowsIn", counts.rowsIn());
    told.put("rowsRejected", counts.rowsRejected());
    return told;
  }

  private static String told(AttentionPoolingSummary summary) {
    String text =
        String.format(
            Locale.ROOT,
            "%s of %s, width %.6g",
            counted(summary.keys(), "row"),
            counted(summary.dimensions(), "feature"),
            summary.width());
    if (summary.queries() > 0) {
      text +=
          String.format(
              Locale.ROOT,
              ", loss %.6g over %s",
              summary.loss(),
              counted(summary.queries(), "row"));
    }
    return summary.warnings().isEmpty()
        ? text
        : text + "; warning: " + String.join("; ", summary.warnings());
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static Map<String, Object> fitted(AttentionPoolingSummary summary) {
    Map<String, Object> fitted = new LinkedHashMap<>();
    fitted.put("rows", summary.keys());
    fitted.put("features", summary.dimensions());
    fitted.put("width", summary.width());
    fitted.put("lossRows", summary.queries());
    fitted.put("loss", Double.isNaN(summary.loss()) ? null : summary.loss());
    fitted.put("steps", summary.steps());
    fitted.put("warnings", summary.warnings());
    return fitted;
  }
}
