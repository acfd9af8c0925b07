package io.heed.generate;

import io.heed.engine.Continuation;
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

/** {@code jobs/generate}: a table of texts or token ids to what a decoder continues them with. */
public final class GenerateJob extends TokenJob<Continuation, GeneratePlan> {

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new GenerateJob(), arguments);
  }

  @Override
  public String name() {
    return "generate";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Continues each text, or sequence of token ids or of price bars, of a table with a GPT"
            + " checkpoint, into Parquet: id, kept columns, generated_ids, text where the checkpoint"
            + " has a tokenizer, generated_bars where bars are continued, five tokens to a bar,"
            + " finish_reason (stop, end_of_text, length, or positions where the model has no"
            + " more). Without options it continues the sample.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(
        ModelSettings.MODEL,
        TokenSettings.TEXT_COLUMN,
        TokenSettings.TOKENS_COLUMN,
        TokenSettings.SERIES_COLUMN,
        GenerateSettings.MAX_NEW_TOKENS,
        GenerateSettings.TEMPERATURE,
        GenerateSettings.TOP_K,
        GenerateSettings.TOP_P,
        GenerateSettings.SEED,
        GenerateSettings.STOP,
        GenerateSettings.STOP_TOKENS,
        GenerateSettings.CACHE_MEMORY,
        ModelSettings.BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  @Override
  public void check(Settings settings) {
    super.check(settings);
    GeneratePlanner.check(settings);
  }

  @Override
  protected Sample sampleOf(Path data, PrintStream err) {
    return new Sample(
        data.resolve("gpt"),
        "sample-continuations",
        Map.of(
            TableSettings.INPUT,
            data.resolve("beginnings.txt").toString(),
            GenerateSettings.MAX_NEW_TOKENS,
            "60"));
  }

  @Override
  protected TokenPlanner<GeneratePlan> planner(Settings settings) {
    return new GeneratePlanner(settings);
  }
}
