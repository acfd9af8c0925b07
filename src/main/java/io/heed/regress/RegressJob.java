package io.heed.regress;

import io.heed.input.Columns;
import io.heed.input.InputTable;
import io.heed.job.Job;
import io.heed.job.JobContext;
import io.heed.job.JobRunner;
import io.heed.job.TableRun;
import io.heed.job.TableSettings;
import io.heed.output.ReadPlace;
import io.heed.regress.RegressionPlots.Queries;
import io.heed.regression.AttentionPooling;
import io.heed.regression.AttentionPooling.Kernel;
import io.heed.regression.AttentionPooling.Optimizer;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code jobs/regress}: attention pooling of numbers, fitted to one table, for another.
 *
 * <p>The input is read once with queries, twice without: a prediction depends on all rows, so none
 * is made in the pass that finds them. With queries it is read again where arrays differ in their
 * number of features, since the rows of the wrong number are known when all have been counted. The
 * queries are read once, and their first rows once more where rows are drawn: what is drawn beside
 * them, the truth, may be missing in a row that is predicted. See {@link TrainingTable}.
 */
public final class RegressJob implements Job {

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new RegressJob(), arguments);
  }

  @Override
  public String name() {
    return "regress";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Predicts a number from features by attention pooling (Nadaraya-Watson kernel regression):"
            + " the mean of the labels of all rows of the input, weighted by"
            + " softmax(-((distance * width)^2) / 2). Writes Parquet: id, kept columns, prediction;"
            + " pictures go to _heed/plots. Without options it runs the worked example.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(
        RegressSettings.QUERIES,
        RegressSettings.FEATURES,
        RegressSettings.LABEL,
        RegressSettings.TRUTH,
        RegressSettings.WEIGHTING,
        RegressSettings.OPTIMIZER,
        RegressSettings.WIDTH,
        RegressSettings.STEP_SIZE,
        RegressSettings.EPOCHS,
        RegressSettings.SEED,
        RegressSettings.MAX_TRAINING_QUERIES);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(TableSettings.INPUT, TableSettings.OUTPUT, RegressSettings.FEATURES);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    if (settings.isGiven(RegressSettings.TRUTH) && !settings.isGiven(RegressSettings.QUERIES)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a column of %s, which is not given",
              RegressSettings.TRUTH.option(),
              RegressSettings.QUERIES.option()));
    }
    checkWeighting(settings);
    if (settings
        .required(RegressSettings.FEATURES)
        .contains(settings.value(RegressSettings.LABEL))) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is the label, and cannot be one of %s",
              settings.value(RegressSettings.LABEL),
              RegressSettings.FEATURES.option()));
    }
  }

  /** An option that would change nothing is refused, so that nobody believes it did. */
  private static void checkWeighting(Settings settings) {
    Kernel weighting = settings.value(RegressSettings.WEIGHTING);
    boolean learned = weighting == Kernel.LEARNED;
    boolean sgd = learned && settings.value(RegressSettings.OPTIMIZER) == Optimizer.SGD;
    if (!sgd && weighting != Kernel.GAUSSIAN) {
      refuse(settings, "weighting gaussian or with optimizer sgd", RegressSettings.WIDTH);
    }
    if (!learned) {
      refuse(
          settings,
          "weighting learned",
          RegressSettings.OPTIMIZER,
          RegressSettings.MAX_TRAINING_QUERIES);
    }
    if (!sgd) {
      refuse(
          settings,
          "optimizer sgd",
          RegressSettings.STEP_SIZE,
          RegressSettings.EPOCHS,
          RegressSettings.SEED);
    }
  }

  private static void refuse(Settings settings, String companion, Setting<?>... options) {
    for (Setting<?> option : options) {
      settings.requireBeside(option, false, companion);
    }
  }

  @Override
  public Map<Setting<?>, String> sample(Path home, PrintStream err) {
    Path data = home.resolve("sample-data");
    return Map.of(
        TableSettings.INPUT, data.resolve("pooling-training.csv").toString(),
        RegressSettings.QUERIES, data.resolve("pooling-queries.csv").toString(),
        TableSettings.OUTPUT, home.resolve("target").resolve("sample-regression").toString(),
        RegressSettings.FEATURES, "x",
        RegressSettings.LABEL, "y",
        RegressSettings.TRUTH, "truth",
        TableSettings.KEEP_COLUMNS, "x,truth",
        TableSettings.OVERWRITE, "true");
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    List<String> features = settings.required(RegressSettings.FEATURES);
    String label = settings.value(RegressSettings.LABEL);
    boolean hasQueries = settings.find(RegressSettings.QUERIES).isPresent();
    AttentionPooling estimator = estimator(settings);
    TableRun run = new TableRun(context, null);
    Columns columns = new Columns();
    LabelledRows rows = LabelledRows.of(columns, features, label);
    InputTable input = run.open(TableSettings.INPUT, columns, List.of());
    TrainingTable training = new TrainingTable(context.spark(), input, rows);
    Optional<Queries> drawn =
        hasQueries ? Optional.of(drawn(run, settings, features)) : Optional.empty();
    RegressionPlots plots = new RegressionPlots(rows, drawn, optimizer(estimator));
    if (!hasQueries) {
      run.run(columns, new Regression(context, estimator, training, Optional.empty(), plots));
      return;
    }
    Columns queryColumns = new Columns();
    FeatureRows queries = FeatureRows.of(queryColumns, features);
    run.run(
        RegressSettings.QUERIES,
        queryColumns,
        ReadPlace.all(TableRun.words(TableSettings.INPUT), input.roots()),
        new Regression(context, estimator, training, Optional.of(queries), plots));
  }

  /** The queries as they are drawn, with the truth where that is named. */
  private static Queries drawn(TableRun run, Settings settings, List<String> features) {
    Columns columns = new Columns();
    FeatureRows rows = FeatureRows.of(columns, features);
    PointReader reader =
        settings
            .find(RegressSettings.TRUTH)
            .<PointReader>map(truth -> new LabelledRows(rows, columns.number(truth)))
            .orElse(rows);
    return new Queries(run.open(RegressSettings.QUERIES, columns, List.of()), reader);
  }

  /**
   * Not asked of the settings, which tell what was asked for: without learning it means nothing.
   */
  private static Optimizer optimizer(AttentionPooling estimator) {
    return Optimizer.valueOf(
        estimator.getOrDefault(estimator.optimizer()).toUpperCase(Locale.ROOT));
  }

  /** Asks only for the settings that matter, since those are told. */
  private static AttentionPooling estimator(Settings settings) {
    Kernel weighting = settings.value(RegressSettings.WEIGHTING);
    AttentionPooling estimator =
        new AttentionPooling().setKernel(weighting.name().toLowerCase(Locale.ROOT));
    settings.find(RegressSettings.WIDTH).ifPresent(estimator::setWidth);
    if (weighting == Kernel.LEARNED) {
      Optimizer optimizer = settings.value(RegressSettings.OPTIMIZER);
      estimator
          .setOptimizer(optimizer.name().toLowerCase(Locale.ROOT))
          .setMaxTrainingQueries(settings.value(RegressSettings.MAX_TRAINING_QUERIES));
      if (optimizer == Optimizer.SGD) {
        estimator
            .setStepSize(settings.value(RegressSettings.STEP_SIZE))
            .setMaxIter(settings.value(RegressSettings.EPOCHS))
            .setSeed(settings.value(RegressSettings.SEED));
      }
    }
    return estimator;
  }
}
