package io.heed.job;

import io.heed.input.InputTable;
import io.heed.input.PayloadColumn;
import io.heed.input.PayloadType;
import io.heed.output.ReadPlace;
import io.heed.regression.AttentionPooling;
import io.heed.regression.AttentionPooling.Kernel;
import io.heed.regression.AttentionPooling.Optimizer;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.HeedConf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code jobs/regress}: attention pooling of numbers, fitted to one table, for another. */
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
        HeedConf.QUERIES,
        HeedConf.FEATURES,
        HeedConf.LABEL,
        HeedConf.TRUTH,
        HeedConf.WEIGHTING,
        HeedConf.OPTIMIZER,
        HeedConf.WIDTH,
        HeedConf.STEP_SIZE,
        HeedConf.EPOCHS,
        HeedConf.SEED,
        HeedConf.MAX_TRAINING_QUERIES);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(HeedConf.INPUT, HeedConf.OUTPUT, HeedConf.FEATURES);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    if (settings.isGiven(HeedConf.TRUTH) && !settings.isGiven(HeedConf.QUERIES)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is a column of %s, which is not given",
              HeedConf.TRUTH.option(),
              HeedConf.QUERIES.option()));
    }
    checkWeighting(settings);
    if (settings.required(HeedConf.FEATURES).contains(settings.value(HeedConf.LABEL))) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s is the label, and cannot be one of %s",
              settings.value(HeedConf.LABEL),
              HeedConf.FEATURES.option()));
    }
  }

  /** An option that would change nothing is refused, so that nobody believes it did. */
  private static void checkWeighting(Settings settings) {
    Kernel weighting = settings.value(HeedConf.WEIGHTING);
    boolean learned = weighting == Kernel.LEARNED;
    boolean sgd = learned && settings.value(HeedConf.OPTIMIZER) == Optimizer.SGD;
    if (!sgd && weighting != Kernel.GAUSSIAN) {
      refuse(settings, "weighting gaussian or with optimizer sgd", HeedConf.WIDTH);
    }
    if (!learned) {
      refuse(settings, "weighting learned", HeedConf.OPTIMIZER, HeedConf.MAX_TRAINING_QUERIES);
    }
    if (!sgd) {
      refuse(settings, "optimizer sgd", HeedConf.STEP_SIZE, HeedConf.EPOCHS, HeedConf.SEED);
    }
  }

  private static void refuse(Settings settings, String companion, Setting<?>... options) {
    for (Setting<?> option : options) {
      if (settings.isGiven(option)) {
        throw new SettingException(
            String.format(Locale.ROOT, "%s goes with %s", option.option(), companion));
      }
    }
  }

  @Override
  public Map<Setting<?>, String> sample(Path home) {
    Path data = home.resolve("sample-data");
    return Map.of(
        HeedConf.INPUT, data.resolve("pooling-training.csv").toString(),
        HeedConf.QUERIES, data.resolve("pooling-queries.csv").toString(),
        HeedConf.OUTPUT, home.resolve("target").resolve("sample-regression").toString(),
        HeedConf.FEATURES, "x",
        HeedConf.LABEL, "y",
        HeedConf.TRUTH, "truth",
        HeedConf.KEEP_COLUMNS, "x,truth",
        HeedConf.OPTIMIZER, "sgd",
        HeedConf.OVERWRITE, "true");
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    List<String> features = settings.required(HeedConf.FEATURES);
    String label = settings.value(HeedConf.LABEL);
    Optional<String> queriesPath = settings.find(HeedConf.QUERIES);
    AttentionPooling estimator = estimator(settings);
    // Not asked of the settings, which tell what was asked for: without learning it means nothing.
    Optimizer optimizer =
        Optimizer.valueOf(estimator.getOrDefault(estimator.optimizer()).toUpperCase(Locale.ROOT));
    TableRun run = new TableRun(context, null);
    FeatureRows trainingRows = new FeatureRows(features, label);
    InputTable training =
        run.open(HeedConf.INPUT, columns(features, Optional.of(label)), List.of());
    if (queriesPath.isEmpty()) {
      Regression regression =
          new Regression(
              context,
              estimator,
              training,
              trainingRows,
              Optional.empty(),
              new RegressionPlots(training, trainingRows, training, trainingRows, optimizer));
      run.run(HeedConf.INPUT, columns(features, Optional.of(label)), List.of(), regression);
      return;
    }
    Optional<String> truth = settings.find(HeedConf.TRUTH);
    FeatureRows drawn = new FeatureRows(features, truth.orElse(null));
    InputTable queries = run.open(HeedConf.QUERIES, columns(features, truth), List.of());
    Regression regression =
        new Regression(
            context,
            estimator,
            training,
            trainingRows,
            Optional.of(new FeatureRows(features, null)),
            new RegressionPlots(training, trainingRows, queries, drawn, optimizer));
    run.run(
        HeedConf.QUERIES,
        columns(features, Optional.empty()),
        ReadPlace.all(TableRun.words(HeedConf.INPUT), training.roots()),
        regression);
  }

  private static List<PayloadColumn> columns(List<String> features, Optional<String> label) {
    List<PayloadColumn> columns = new ArrayList<>();
    features.forEach(name -> columns.add(new PayloadColumn(name, PayloadType.FEATURES)));
    label.ifPresent(name -> columns.add(new PayloadColumn(name, PayloadType.NUMBER)));
    return columns;
  }

  /** Asks only for the settings that matter, since those are told. */
  private static AttentionPooling estimator(Settings settings) {
    Kernel weighting = settings.value(HeedConf.WEIGHTING);
    AttentionPooling estimator =
        new AttentionPooling().setKernel(weighting.name().toLowerCase(Locale.ROOT));
    settings.find(HeedConf.WIDTH).ifPresent(estimator::setWidth);
    if (weighting == Kernel.LEARNED) {
      Optimizer optimizer = settings.value(HeedConf.OPTIMIZER);
      estimator
          .setOptimizer(optimizer.name().toLowerCase(Locale.ROOT))
          .setMaxTrainingQueries(settings.value(HeedConf.MAX_TRAINING_QUERIES));
      if (optimizer == Optimizer.SGD) {
        estimator
            .setStepSize(settings.value(HeedConf.STEP_SIZE))
            .setMaxIter(settings.value(HeedConf.EPOCHS))
            .setSeed(settings.value(HeedConf.SEED));
      }
    }
    return estimator;
  }
}
