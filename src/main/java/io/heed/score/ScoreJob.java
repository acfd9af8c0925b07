package io.heed.score;

import io.heed.input.Columns;
import io.heed.job.Job;
import io.heed.job.JobContext;
import io.heed.job.JobRunner;
import io.heed.job.RowComputation;
import io.heed.job.TableRun;
import io.heed.job.TableSettings;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.tokens.TokenColumns;
import io.heed.spark.tokens.TokenSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code jobs/score}: a table of texts or token ids to how likely a decoder finds them. */
public final class ScoreJob implements Job {

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new ScoreJob(), arguments);
  }

  @Override
  public String name() {
    return "score";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Tells how likely a GPT checkpoint finds each text, or sequence of token ids or of price"
            + " bars, of a table, into Parquet: id, kept columns, token_count, log_likelihood (natural logarithm, of"
            + " the tokens after the first), perplexity, and on request the value of each token and"
            + " what may come next. Without options it scores the sample.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(
        ModelSettings.MODEL,
        TokenSettings.TEXT_COLUMN,
        TokenSettings.TOKENS_COLUMN,
        TokenSettings.SERIES_COLUMN,
        ScoreSettings.TOKEN_LOG_PROBABILITIES,
        ScoreSettings.TOP_K,
        ScoreSettings.STRIDE,
        ModelSettings.BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(TableSettings.INPUT, TableSettings.OUTPUT, ModelSettings.MODEL);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    TokenColumns.check(settings);
  }

  @Override
  public Map<Setting<?>, String> sample(Path home) {
    Path data = home.resolve("sample-data");
    return Map.of(
        TableSettings.INPUT,
        data.resolve("sentences.jsonl").toString(),
        ModelSettings.MODEL,
        data.resolve("gpt").toString(),
        TableSettings.OUTPUT,
        home.resolve("target").resolve("sample-scores").toString(),
        TableSettings.KEEP_COLUMNS,
        "text",
        ScoreSettings.TOP_K,
        "3",
        TableSettings.OVERWRITE,
        "true");
  }

  @Override
  public List<Setting<String>> weights() {
    return List.of(ModelSettings.MODEL);
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    Columns columns = new Columns();
    try (ScorePlanner planner = new ScorePlanner(settings)) {
      ScorePlan plan = planner.plan(TokenColumns.source(settings, columns, planner.model()));
      new TableRun(context, planner.summary()).run(columns, RowComputation.of(plan));
    }
  }
}
