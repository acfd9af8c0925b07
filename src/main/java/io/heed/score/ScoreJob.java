package io.heed.score;

import io.heed.engine.ScoredRow;
import io.heed.job.JobRunner;
import io.heed.job.TableSettings;
import io.heed.job.TokenJob;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.tokens.TokenPlanner;
import io.heed.spark.tokens.TokenSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code jobs/score}: a table of texts or token ids to how likely a decoder finds them. */
public final class ScoreJob extends TokenJob<ScoredRow, ScorePlan> {

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
  protected Sample sampleOf(Path data, PrintStream err) {
    return new Sample(
        data.resolve("gpt"),
        "sample-scores",
        Map.of(
            TableSettings.INPUT,
            data.resolve("stories.jsonl").toString(),
            TableSettings.KEEP_COLUMNS,
            "text",
            ScoreSettings.TOP_K,
            "3"));
  }

  @Override
  protected TokenPlanner<ScorePlan> planner(Settings settings) {
    return new ScorePlanner(settings);
  }
}
