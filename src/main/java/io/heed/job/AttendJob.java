package io.heed.job;

import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.input.PayloadColumn;
import io.heed.input.PayloadType;
import io.heed.output.ReadPlace;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.AttendPartitions;
import io.heed.spark.AttentionPlan;
import io.heed.spark.AttentionPlan.First;
import io.heed.spark.AttentionPlan.Payload;
import io.heed.spark.AttentionPlanner;
import io.heed.spark.ContextJoin;
import io.heed.spark.HeedConf;
import io.heed.spark.TaskOutputs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * {@code jobs/attend}: a table of sequences, of vectors or of token ids, to their contexts and
 * attention weights.
 */
public final class AttendJob implements Job {
  /** The context column of a second table. */
  private static final String CONTEXT = "context";

  /** What has no meaning where the weights are given. */
  private static final List<Setting<?>> COMPARING =
      List.of(
          HeedConf.QUERY_COLUMN,
          HeedConf.TOKENS_COLUMN,
          HeedConf.MASK_COLUMN,
          HeedConf.LAYER_WEIGHTS,
          HeedConf.HEADS,
          HeedConf.MASK,
          HeedConf.SCORE,
          HeedConf.DROPOUT,
          HeedConf.WITH_WEIGHTS);

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new AttendJob(), arguments);
  }

  @Override
  public String name() {
    return "attend";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Attends from the sequence of vectors, or of token ids with --embedding, in each row to itself"
            + " or to another, into Parquet: id, kept columns, context, and with --with-weights"
            + " attention [head][query][key]. With --attention-column it takes the weights as given."
            + " Without options it attends with the sample.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(
        HeedConf.QUERY_COLUMN,
        AttentionPlanner.TOKENS_COLUMN,
        HeedConf.EMBEDDING,
        HeedConf.POSITIONS,
        HeedConf.CONTEXT_COLUMN,
        HeedConf.CONTEXT_INPUT,
        HeedConf.ATTENTION_COLUMN,
        HeedConf.MASK_COLUMN,
        HeedConf.LAYER_WEIGHTS,
        HeedConf.HEADS,
        HeedConf.MASK,
        HeedConf.NO_VISIBLE_KEY,
        HeedConf.SCORE,
        HeedConf.DROPOUT,
        AttentionPlanner.SEED,
        HeedConf.WITH_WEIGHTS,
        HeedConf.VECTOR_TYPE,
        AttentionPlanner.BATCH_VECTORS,
        HeedConf.KERNEL);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(HeedConf.INPUT, HeedConf.OUTPUT);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    TokenColumns.exclude(settings, HeedConf.QUERY_COLUMN, HeedConf.TOKENS_COLUMN);
    for (Setting<?> option : COMPARING) {
      TokenColumns.exclude(settings, HeedConf.ATTENTION_COLUMN, option);
    }
    requireCompanion(
        settings,
        HeedConf.ATTENTION_COLUMN,
        settings.isGiven(HeedConf.CONTEXT_COLUMN) || settings.isGiven(HeedConf.CONTEXT_INPUT),
        String.format(
            Locale.ROOT,
            "%s or %s",
            HeedConf.CONTEXT_COLUMN.option(),
            HeedConf.CONTEXT_INPUT.option()));
    String tokens = HeedConf.TOKENS_COLUMN.option();
    boolean hasTokens = settings.isGiven(HeedConf.TOKENS_COLUMN);
    requireCompanion(settings, HeedConf.EMBEDDING, hasTokens, tokens);
    requireCompanion(settings, HeedConf.POSITIONS, hasTokens, tokens);
    requireCompanion(
        settings,
        HeedConf.TOKENS_COLUMN,
        settings.isGiven(HeedConf.EMBEDDING),
        HeedConf.EMBEDDING.option());
    requireCompanion(
        settings,
        AttentionPlanner.SEED,
        settings.value(HeedConf.DROPOUT) > 0,
        HeedConf.DROPOUT.option() + " above 0");
    requireCompanion(
        settings,
        HeedConf.NO_VISIBLE_KEY,
        settings.isGiven(HeedConf.MASK_COLUMN),
        HeedConf.MASK_COLUMN.option() + ", without which every query sees a key");
  }

  /** An option that would change nothing is refused, so that nobody believes it did. */
  private static void requireCompanion(
      Settings settings, Setting<?> option, boolean isThere, String companion) {
    if (settings.isGiven(option) && !isThere) {
      throw new SettingException(
          String.format(Locale.ROOT, "%s goes with %s", option.option(), companion));
    }
  }

  @Override
  public Map<Setting<?>, String> sample(Path home) {
    return Map.of(
        HeedConf.INPUT, home.resolve("sample-data").resolve("sequences.jsonl").toString(),
        HeedConf.OUTPUT, home.resolve("target").resolve("sample-attention").toString(),
        HeedConf.CONTEXT_COLUMN, "context",
        HeedConf.WITH_WEIGHTS, "true",
        HeedConf.OVERWRITE, "true");
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    AttentionPlanner planner = new AttentionPlanner(settings);
    TableRun run = new TableRun(context, planner.summary());
    List<PayloadColumn> columns = new ArrayList<>();
    columns.add(first(settings));
    First first = settings.isGiven(HeedConf.ATTENTION_COLUMN) ? First.WEIGHTS : First.QUERIES;
    int maskAt = add(columns, settings.find(HeedConf.MASK_COLUMN), PayloadType.MASK);
    Optional<String> contextColumn = settings.find(HeedConf.CONTEXT_COLUMN);
    if (settings.find(HeedConf.CONTEXT_INPUT).isPresent()) {
      String name = contextColumn.orElse(CONTEXT);
      InputTable contexts =
          run.open(
              HeedConf.CONTEXT_INPUT,
              List.of(new PayloadColumn(name, PayloadType.VECTORS)),
              List.of());
      UnaryOperator<JavaRDD<InputRow>> join =
          ContextJoin.with(run.open(HeedConf.INPUT, columns, List.of()), contexts);
      AttentionPlan plan = planner.plan(new Payload(first, columns.size(), maskAt));
      run.run(
          HeedConf.INPUT,
          columns,
          ReadPlace.all(TableRun.words(HeedConf.CONTEXT_INPUT), contexts.roots()),
          new Attention(plan, join));
      return;
    }
    int contextAt = add(columns, contextColumn, PayloadType.VECTORS);
    AttentionPlan plan = planner.plan(new Payload(first, contextAt, maskAt));
    run.run(columns, new Attention(plan, UnaryOperator.identity()));
  }

  /** The column of the queries, or of the weights that stand in their place. */
  private static PayloadColumn first(Settings settings) {
    Optional<PayloadColumn> weights =
        settings
            .find(HeedConf.ATTENTION_COLUMN)
            .map(name -> new PayloadColumn(name, PayloadType.VECTORS));
    return weights
        .or(
            () ->
                settings
                    .find(HeedConf.TOKENS_COLUMN)
                    .map(name -> new PayloadColumn(name, PayloadType.TOKEN_IDS)))
        .orElseGet(
            () -> new PayloadColumn(settings.value(HeedConf.QUERY_COLUMN), PayloadType.VECTORS));
  }

  /** The index of the column, or -1 where there is none. */
  private static int add(List<PayloadColumn> columns, Optional<String> name, PayloadType type) {
    if (name.isEmpty()) {
      return -1;
    }
    columns.add(new PayloadColumn(name.get(), type));
    return columns.size() - 1;
  }

  /**
   * Rows to contexts.
   *
   * @param complete puts the contexts of a second table beside the rows
   */
  private record Attention(AttentionPlan plan, UnaryOperator<JavaRDD<InputRow>> complete)
      implements RowComputation {

    @Override
    public StructType schema(StructField id, List<StructField> keptFields) {
      return AttendPartitions.schema(plan, id, keptFields);
    }

    @Override
    public JavaRDD<Row> compute(JavaRDD<InputRow> rows, TaskOutputs outputs) {
      return complete.apply(rows).mapPartitions(new AttendPartitions(plan, outputs));
    }
  }
}
