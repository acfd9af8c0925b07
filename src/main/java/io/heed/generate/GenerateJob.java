package io.heed.generate;

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

/** {@code jobs/generate}: a table of texts or token ids to what a decoder continues them with. */
public final class GenerateJob implements Job {

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
  public List<Setting<?>> required() {
    return List.of(TableSettings.INPUT, TableSettings.OUTPUT, ModelSettings.MODEL);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    TokenColumns.check(settings);
    GeneratePlanner.check(settings);
  }

  @Override
  public Map<Setting<?>, String> sample(Path home) {
    Path data = home.resolve("sample-data");
    return Map.of(
        TableSettings.INPUT, data.resolve("sentences.jsonl").toString(),
        ModelSettings.MODEL, data.resolve("gpt").toString(),
        TableSettings.OUTPUT, home.resolve("target").resolve("sample-continuations").toString(),
        GenerateSettings.MAX_NEW_TOKENS, "12",
        TableSettings.OVERWRITE, "true");
  }

  @Override
  public List<Setting<String>> weights() {
    return List.of(ModelSettings.MODEL);
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    Columns columns = new Columns();
    try (GeneratePlanner planner = new GeneratePlanner(settings)) {
      GeneratePlan plan = planner.plan(TokenColumns.source(settings, columns, planner.model()));
      new TableRun(context, planner.summary()).run(columns, RowComputation.of(plan));
    }
  }
}
