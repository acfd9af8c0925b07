package io.heed.job;

import io.heed.input.InputRow;
import io.heed.output.Publication;
import io.heed.output.RunReport;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.EarliestRows;
import io.heed.spark.EmbedPartitions;
import io.heed.spark.EmbeddingPlan;
import io.heed.spark.EmbeddingPlanner;
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

/** {@code jobs/embed}: a table of texts or token ids to a table of embeddings. */
public final class EmbedJob implements Job {

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new EmbedJob(), arguments);
  }

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Embeds a table of texts, or of token ids, with a checkpoint of BERT, its kin or GPT, into"
            + " Parquet: id, kept columns, embedding, token_count, truncated, and with --with-attention"
            + " also tokens and attention. Without options it embeds the sample.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(
        HeedConf.MODEL,
        HeedConf.TEXT_COLUMN,
        HeedConf.TOKENS_COLUMN,
        HeedConf.TOKEN_TYPES_COLUMN,
        HeedConf.PROMPT,
        HeedConf.PROMPT_NAME,
        HeedConf.POOLING,
        HeedConf.NORMALIZE,
        HeedConf.VECTOR_TYPE,
        HeedConf.MAX_LENGTH,
        HeedConf.WITH_ATTENTION,
        HeedConf.HEAT_MAPS,
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
    TokenColumns.exclude(settings, HeedConf.PROMPT, HeedConf.PROMPT_NAME);
    int heatMaps = settings.value(HeedConf.HEAT_MAPS);
    if (heatMaps > 0 && !settings.isGiven(HeedConf.WITH_ATTENTION)) {
      throw new SettingException(
          String.format(
              Locale.ROOT,
              "%s %d draws attention weights, so it needs %s",
              HeedConf.HEAT_MAPS.option(),
              heatMaps,
              HeedConf.WITH_ATTENTION.option()));
    }
  }

  @Override
  public Map<Setting<?>, String> sample(Path home) {
    Path data = home.resolve("sample-data");
    return Map.of(
        HeedConf.INPUT, data.resolve("sentences.jsonl").toString(),
        HeedConf.MODEL, data.resolve("checkpoint").toString(),
        HeedConf.OUTPUT, home.resolve("target").resolve("sample-embeddings").toString(),
        HeedConf.KEEP_COLUMNS, "topic,text",
        HeedConf.OVERWRITE, "true");
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    try (EmbeddingPlanner planner = new EmbeddingPlanner(settings)) {
      EmbeddingPlan plan = planner.plan(TokenColumns.kind(settings));
      RunReport.Model model = planner.summary();
      int heatMaps = settings.value(HeedConf.HEAT_MAPS);
      if (heatMaps > 0) {
        HeatMaps.requireDrawable();
      }
      EarliestRows drawn = EarliestRows.register(context.spark().sparkContext(), heatMaps);
      new TableRun(context, model)
          .run(TokenColumns.columns(settings), new Embedding(context, plan, drawn));
    }
  }

  /** Rows to embeddings. */
  private record Embedding(JobContext context, EmbeddingPlan plan, EarliestRows drawn)
      implements RowComputation {

    @Override
    public StructType schema(StructField id, List<StructField> keptFields) {
      return EmbedPartitions.schema(plan, id, keptFields);
    }

    @Override
    public JavaRDD<Row> compute(JavaRDD<InputRow> rows, TaskOutputs outputs) {
      return rows.mapPartitions(new EmbedPartitions(plan, outputs, drawn));
    }

    @Override
    public void finish(Publication publication) {
      HeatMaps.draw(
          context.spark().sparkContext(), plan, drawn.value(), publication, context.err());
    }
  }
}
