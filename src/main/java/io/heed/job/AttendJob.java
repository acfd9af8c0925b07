package io.heed.job;

import io.heed.input.InputRow;
import io.heed.input.InputTable;
import io.heed.input.PayloadColumn;
import io.heed.input.PayloadType;
import io.heed.spark.AttendPartitions;
import io.heed.spark.AttentionPlan;
import io.heed.spark.AttentionPlan.Payload;
import io.heed.spark.AttentionPlanner;
import io.heed.spark.ContextJoin;
import io.heed.spark.HeedConf;
import io.heed.spark.Setting;
import io.heed.spark.Settings;
import io.heed.spark.TaskOutputs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** {@code jobs/attend}: a table of vector sequences to their contexts and attention weights. */
public final class AttendJob implements Job {
  /** The context column of a second table. */
  private static final String CONTEXT = "context";

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
        "Attends from the sequence of vectors in each row to itself or to another, into Parquet: id,"
            + " kept columns, context, and with --with-weights attention [head][query][key]. A query"
            + " that sees no key gets zeros. Without options it attends with the sample.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(
        HeedConf.QUERY_COLUMN,
        HeedConf.CONTEXT_COLUMN,
        HeedConf.CONTEXT_INPUT,
        HeedConf.MASK_COLUMN,
        HeedConf.LAYER_WEIGHTS,
        HeedConf.HEADS,
        HeedConf.MASK,
        HeedConf.SCORE,
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
    columns.add(new PayloadColumn(settings.value(HeedConf.QUERY_COLUMN), PayloadType.VECTORS));
    int maskAt = add(columns, settings.find(HeedConf.MASK_COLUMN), PayloadType.MASK);
    Optional<String> contextColumn = settings.find(HeedConf.CONTEXT_COLUMN);
    if (settings.find(HeedConf.CONTEXT_INPUT).isPresent()) {
      String name = contextColumn.orElse(CONTEXT);
      InputTable contexts =
          run.open(
              HeedConf.CONTEXT_INPUT,
              List.of(new PayloadColumn(name, PayloadType.VECTORS)),
              List.of());
      ContextJoin.requireJoinable(run.open(HeedConf.INPUT, columns, List.of()), contexts);
      AttentionPlan plan = planner.plan(new Payload(columns.size(), maskAt));
      run.run(
          HeedConf.INPUT,
          columns,
          contexts.roots(),
          new Attention(plan, rows -> ContextJoin.join(rows, contexts.rows())));
      return;
    }
    int contextAt = add(columns, contextColumn, PayloadType.VECTORS);
    AttentionPlan plan = planner.plan(new Payload(contextAt, maskAt));
    run.run(columns, new Attention(plan, UnaryOperator.identity()));
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
