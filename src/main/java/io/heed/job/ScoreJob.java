package io.heed.job;

import io.heed.input.InputRow;
import io.heed.output.RunReport;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.DecoderPlanner;
import io.heed.spark.HeedConf;
import io.heed.spark.ScorePartitions;
import io.heed.spark.ScoringPlan;
import io.heed.spark.TaskOutputs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

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
        HeedConf.MODEL,
        HeedConf.TEXT_COLUMN,
        HeedConf.TOKENS_COLUMN,
        HeedConf.SERIES_COLUMN,
        HeedConf.TOKEN_LOG_PROBABILITIES,
        DecoderPlanner.NEXT_TOKENS,
        HeedConf.STRIDE,
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
  }

  @Override
  public Map<Setting<?>, String> sample(Path home) {
    Path data = home.resolve("sample-data");
    return Map.of(
        HeedConf.INPUT,
        data.resolve("sentences.jsonl").toString(),
        HeedConf.MODEL,
        data.resolve("gpt").toString(),
        HeedConf.OUTPUT,
        home.resolve("target").resolve("sample-scores").toString(),
        HeedConf.KEEP_COLUMNS,
        "text",
        DecoderPlanner.NEXT_TOKENS,
        "3",
        HeedConf.OVERWRITE,
        "true");
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    try (DecoderPlanner planner = new DecoderPlanner(settings)) {
      ScoringPlan plan = planner.scoring(TokenColumns.kind(settings));
      RunReport.Model model = planner.summary();
      new TableRun(context, model).run(List.of(TokenColumns.column(settings)), new Scoring(plan));
    }
  }

  /** Rows to their likelihoods. */
  private record Scoring(ScoringPlan plan) implements RowComputation {

    @Override
    public StructType schema(StructField id, List<StructField> keptFields) {
      return ScorePartitions.schema(plan, id, keptFields);
    }

    @Override
    public JavaRDD<Row> compute(JavaRDD<InputRow> rows, TaskOutputs outputs) {
      return rows.mapPartitions(new ScorePartitions(plan, outputs));
    }
  }
}
