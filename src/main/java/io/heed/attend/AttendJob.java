package io.heed.attend;

import io.heed.engine.AttentionEngine.Result;
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
import io.heed.settings.Settings;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.table.VectorSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;

/**
 * {@code jobs/attend}: a table of sequences, of vectors or of token ids, to their contexts and
 * attention weights.
 */
public final class AttendJob implements Job {
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
        AttendSettings.TOLD_BATCH_TOKENS,
        ModelSettings.KERNEL);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(TableSettings.INPUT, TableSettings.OUTPUT);
  }

  @Override
  public void check(Settings settings) {
    Job.super.check(settings);
    AttendRules.check(
        settings,
        AttendSettings.TOKENS_COLUMN,
        AttendSettings.CONTEXT_COLUMN,
        AttendSettings.CONTEXT_INPUT);
  }

  @Override
  public Map<Setting<?>, String> sample(Path home, PrintStream err) {
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
    AttendRows rows = planner.rows(columns);
    if (settings.find(AttendSettings.CONTEXT_INPUT).isEmpty()) {
      run.run(columns, RowComputation.of(planner.plan(rows)));
      return;
    }
    Columns ofContexts = new Columns();
    ofContexts.vectors(planner.contextColumn());
    InputTable contexts = run.open(AttendSettings.CONTEXT_INPUT, ofContexts, List.of());
    UnaryOperator<JavaRDD<InputRow>> join =
        ContextJoin.with(run.open(TableSettings.INPUT, columns, List.of()), contexts);
    run.run(
        TableSettings.INPUT,
        columns,
        ReadPlace.all(TableRun.words(AttendSettings.CONTEXT_INPUT), contexts.roots()),
        new Attention(planner.plan(rows), join));
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
