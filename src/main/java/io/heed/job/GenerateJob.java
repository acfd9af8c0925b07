package io.heed.job;

import io.heed.input.InputRow;
import io.heed.output.RunReport;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.DecoderPlanner;
import io.heed.spark.GeneratePartitions;
import io.heed.spark.GenerationPlan;
import io.heed.spark.HeedConf;
import io.heed.spark.TaskOutputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

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
        HeedConf.MODEL,
        HeedConf.TEXT_COLUMN,
        HeedConf.TOKENS_COLUMN,
        HeedConf.SERIES_COLUMN,
        HeedConf.MAX_NEW_TOKENS,
        HeedConf.TEMPERATURE,
        HeedConf.TOP_K,
        HeedConf.TOP_P,
        DecoderPlanner.SEED,
        HeedConf.STOP,
        HeedConf.STOP_TOKENS,
        HeedConf.CACHE_MEMORY,
        HeedConf.BATCH_TOKENS,
        HeedConf.KERNEL);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(HeedConf.INPUT, HeedConf.OUTPUT, HeedConf.MODEL);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    TokenColumns.check(settings);
    double temperature = settings.value(HeedConf.TEMPERATURE);
    for (Setting<?> setting : List.of(HeedConf.TOP_K, HeedConf.TOP_P, DecoderPlanner.SEED)) {
      if (temperature == 0 && settings.isGiven(setting)) {
        throw new SettingException(
            String.format(
                Locale.ROOT,
                "%s is for tokens that are drawn, and with %s 0 none is; give a higher one, such as 1",
                setting.option(),
                HeedConf.TEMPERATURE.option()));
      }
    }
  }

  @Override
  public Map<Setting<?>, String> sample(Path home) {
    Path data = home.resolve("sample-data");
    return Map.of(
        HeedConf.INPUT, data.resolve("sentences.jsonl").toString(),
        HeedConf.MODEL, data.resolve("gpt").toString(),
        HeedConf.OUTPUT, home.resolve("target").resolve("sample-continuations").toString(),
        HeedConf.MAX_NEW_TOKENS, "12",
        HeedConf.OVERWRITE, "true");
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    try (DecoderPlanner planner = new DecoderPlanner(settings)) {
      GenerationPlan plan = planner.generation(TokenColumns.kind(settings));
      RunReport.Model model = planner.summary();
      new TableRun(context, model)
          .run(List.of(TokenColumns.column(settings)), new Generation(plan));
    }
  }

  /** Rows to their continuations. */
  private record Generation(GenerationPlan plan) implements RowComputation {

    @Override
    public StructType schema(StructField id, List<StructField> keptFields) {
      return GeneratePartitions.schema(plan, id, keptFields);
    }

    @Override
    public JavaRDD<Row> compute(JavaRDD<InputRow> rows, TaskOutputs outputs) {
      return rows.mapPartitions(new GeneratePartitions(plan, outputs));
    }
  }
}
