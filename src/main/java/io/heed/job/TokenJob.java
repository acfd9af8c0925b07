package io.heed.job;

import io.heed.input.Columns;
import io.heed.output.RunReport;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.executor.OpenModel;
import io.heed.spark.table.RowTransform;
import io.heed.spark.tokens.TokenColumns;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSource;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A job over a table of tokens with a checkpoint.
 *
 * @param <R> what a row yields
 * @param <P> the plan by which it does
 */
public abstract class TokenJob<R, P extends RowTransform<R>> implements Job {

  /** Opens the model of the settings. */
  protected abstract TokenPlanner<P> planner(Settings settings);

  /**
   * The run without arguments.
   *
   * @param model directory of the checkpoint
   * @param output directory in {@code target}
   * @param options what is given besides
   */
  public record Sample(Path model, String output, Map<Setting<?>, String> options) {}

  /**
   * The run without arguments.
   *
   * @param data the directory {@code sample-data}
   * @param err for what a person should know of it
   */
  protected abstract Sample sampleOf(Path data, PrintStream err);

  /**
   * Where the tokens of rows come from.
   *
   * @param columns gets what has to be read
   */
  protected TokenSource source(Settings settings, Columns columns, OpenModel model) {
    return TokenColumns.source(settings, columns, model);
  }

  /** What the job does around the plan. */
  protected RowComputation<R> computation(JobContext context, P plan) {
    return RowComputation.of(plan);
  }

  @Override
  public final List<Setting<?>> required() {
    return List.of(TableSettings.INPUT, TableSettings.OUTPUT, ModelSettings.MODEL);
  }

  @Override
  public final List<Setting<String>> weights() {
    return List.of(ModelSettings.MODEL);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    TokenColumns.check(settings);
  }

  @Override
  public final Map<Setting<?>, String> sample(Path home, PrintStream err) {
    Path data = home.resolve("sample-data");
    Sample sample = sampleOf(data, err);
    Map<Setting<?>, String> arguments = new LinkedHashMap<>();
    arguments.put(TableSettings.INPUT, data.resolve("sentences.jsonl").toString());
    arguments.put(ModelSettings.MODEL, sample.model().toString());
    arguments.put(TableSettings.OUTPUT, home.resolve("target").resolve(sample.output()).toString());
    arguments.put(TableSettings.OVERWRITE, "true");
    arguments.putAll(sample.options());
    return arguments;
  }

  @Override
  public final void run(JobContext context) {
    Settings settings = context.settings();
    Columns columns = new Columns();
    try (TokenPlanner<P> planner = planner(settings)) {
      TokenSource tokens = source(settings, columns, planner.model());
      P plan = planner.plan(tokens);
      RunReport.Model model = planner.model().summary(tokens.tokenizes());
      RowComputation<R> computation = computation(context, plan);
      new TableRun(context, model).run(columns, computation);
    }
  }
}
