package io.heed.attend;

import io.heed.attend.AttendRows.Queries;
import io.heed.engine.AttentionEngine.Result;
import io.heed.input.Column;
import io.heed.input.Columns;
import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.job.Job;
import io.heed.job.JobContext;
import io.heed.job.JobRunner;
import io.heed.job.RowComputation;
import io.heed.job.TableRun;
import io.heed.job.TableSettings;
import io.heed.output.ReadPlace;
import io.heed.settings.Setting;
import io.heed.settings.SettingException;
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.VectorSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;

/**
 * {@code jobs/attend}: a table of sequences, of vectors or of token ids, to their contexts and
 * attention weights.
 */
public final class AttendJob implements Job {
  /** The context column of a second table. */
  private static final String CONTEXT = "context";

  /** What has no meaning where the weights are given. */
  static final List<Setting<?>> COMPARING =
      List.of(
          AttendSettings.QUERY_COLUMN,
          AttendSettings.TOKENS_COLUMN,
          AttendSettings.MASK_COLUMN,
          AttendSettings.LAYER_WEIGHTS,
          AttendSettings.HEADS,
          AttendSettings.MASK,
          AttendSettings.SCORE,
          AttendSettings.DROPOUT,
          AttendSettings.WITH_WEIGHTS);

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
        AttendSettings.QUERY_COLUMN,
        AttendSettings.TOKENS_COLUMN,
        AttendSettings.EMBEDDING,
        AttendSettings.POSITIONS,
        AttendSettings.CONTEXT_COLUMN,
        AttendSettings.CONTEXT_INPUT,
        AttendSettings.ATTENTION_COLUMN,
        AttendSettings.MASK_COLUMN,
        AttendSettings.LAYER_WEIGHTS,
        AttendSettings.HEADS,
        AttendSettings.MASK,
        AttendSettings.NO_VISIBLE_KEY,
        AttendSettings.SCORE,
        AttendSettings.DROPOUT,
        AttendSettings.SEED,
        AttendSettings.WITH_WEIGHTS,
        VectorSettings.VECTOR_TYPE,
        AttendSettings.BATCH_VECTORS,
        ModelSettings.KERNEL);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(TableSettings.INPUT, TableSettings.OUTPUT);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    settings.exclude(AttendSettings.QUERY_COLUMN, AttendSettings.TOKENS_COLUMN);
    for (Setting<?> option : COMPARING) {
      settings.exclude(AttendSettings.ATTENTION_COLUMN, option);
    }
    requireCompanion(
        settings,
        AttendSettings.ATTENTION_COLUMN,
        settings.isGiven(AttendSettings.CONTEXT_COLUMN)
            || settings.isGiven(AttendSettings.CONTEXT_INPUT),
        String.format(
            Locale.ROOT,
            "%s or %s",
            AttendSettings.CONTEXT_COLUMN.option(),
            AttendSettings.CONTEXT_INPUT.option()));
    String tokens = AttendSettings.TOKENS_COLUMN.option();
    boolean hasTokens = settings.isGiven(AttendSettings.TOKENS_COLUMN);
    requireCompanion(settings, AttendSettings.EMBEDDING, hasTokens, tokens);
    requireCompanion(settings, AttendSettings.POSITIONS, hasTokens, tokens);
    requireCompanion(
        settings,
        AttendSettings.TOKENS_COLUMN,
        settings.isGiven(AttendSettings.EMBEDDING),
        AttendSettings.EMBEDDING.option());
    requireCompanion(
        settings,
        AttendSettings.SEED,
        settings.value(AttendSettings.DROPOUT) > 0,
        AttendSettings.DROPOUT.option() + " above 0");
    requireCompanion(
        settings,
        AttendSettings.NO_VISIBLE_KEY,
        settings.isGiven(AttendSettings.MASK_COLUMN),
        AttendSettings.MASK_COLUMN.option() + ", without which every query sees a key");
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
        TableSettings.INPUT, home.resolve("sample-data").resolve("sequences.jsonl").toString(),
        TableSettings.OUTPUT, home.resolve("target").resolve("sample-attention").toString(),
        AttendSettings.CONTEXT_COLUMN, "context",
        AttendSettings.WITH_WEIGHTS, "true",
        TableSettings.OVERWRITE, "true");
  }

  @Override
  public List<Setting<String>> weights() {
    return List.of(AttendSettings.LAYER_WEIGHTS, AttendSettings.EMBEDDING);
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    AttendPlanner planner = new AttendPlanner(settings);
    TableRun run = new TableRun(context, planner.summary());
    Columns columns = new Columns();
    Queries queries = queries(settings, columns, planner);
    Column<int[][]> mask =
        settings.find(AttendSettings.MASK_COLUMN).map(columns::mask).orElse(null);
    Optional<String> contextColumn = settings.find(AttendSettings.CONTEXT_COLUMN);
    if (settings.find(AttendSettings.CONTEXT_INPUT).isPresent()) {
      String name = contextColumn.orElse(CONTEXT);
      Columns ofContexts = new Columns();
      ofContexts.vectors(name);
      InputTable contexts = run.open(AttendSettings.CONTEXT_INPUT, ofContexts, List.of());
      UnaryOperator<JavaRDD<InputRow>> join =
          ContextJoin.with(run.open(TableSettings.INPUT, columns, List.of()), contexts);
      AttendPlan plan = planner.plan(new AttendRows(queries, columns.joinedVectors(name), mask));
      run.run(
          TableSettings.INPUT,
          columns,
          ReadPlace.all(TableRun.words(AttendSettings.CONTEXT_INPUT), contexts.roots()),
          new Attention(plan, join));
      return;
    }
    Column<float[][]> attended = contextColumn.map(columns::vectors).orElse(null);
    AttendPlan plan = planner.plan(new AttendRows(queries, attended, mask));
    run.run(columns, RowComputation.of(plan));
  }

  /** What attends, or the weights that stand in its place. */
  private static Queries queries(Settings settings, Columns columns, AttendPlanner planner) {
    Optional<String> weights = settings.find(AttendSettings.ATTENTION_COLUMN);
    if (weights.isPresent()) {
      return new AttendRows.Weights(columns.vectors(weights.get()));
    }
    Optional<String> tokens = settings.find(AttendSettings.TOKENS_COLUMN);
    return tokens.isPresent()
        ? new AttendRows.OfTokens(columns.tokenIds(tokens.get()), planner.input().orElseThrow())
        : new AttendRows.OfVectors(columns.vectors(settings.value(AttendSettings.QUERY_COLUMN)));
  }

  /**
   * Rows to contexts.
   *
   * @param join puts the contexts of a second table beside the rows
   */
  private record Attention(AttendPlan transform, UnaryOperator<JavaRDD<InputRow>> join)
      implements RowComputation<Result> {

    @Override
    public JavaRDD<InputRow> complete(JavaRDD<InputRow> rows) {
      return join.apply(rows);
    }
  }
}
