package io.heed.embed;

import io.heed.input.Columns;
import io.heed.input.InputRequest;
import io.heed.input.InputTable;
import io.heed.input.Partitioning;
import io.heed.input.QuotedRows;
import io.heed.job.TaskOutputs;
import io.heed.output.RunCounters;
import io.heed.rapids.RapidsColumns;
import io.heed.settings.Configuration;
import io.heed.settings.Settings;
import io.heed.spark.executor.KernelUses;
import io.heed.spark.executor.ModelSettings;
import io.heed.spark.tokens.TokenSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** A table of token ids, as the job reads it, whose rows nobody has counted: that takes a GPU. */
public final class UncheckedIds {
  private UncheckedIds() {}

  /** Writes them as where none of them is to be rejected. */
  public static void write(SparkSession spark, String model, String ids, String output) {
    Columns read = new Columns();
    TokenSource tokens = new TokenSource.Ids(read.tokenIds("tokens"));
    InputTable input =
        InputTable.open(
            spark,
            new InputRequest(
                ids,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                read.read(),
                List.of("topic"),
                Partitioning.ofInput(1 << 20, 2),
                QuotedRows.REJECT));
    Dataset<Row> columns = input.columns().orElseThrow();
    List<StructField> carried = List.of(input.idField(), input.keptFields().get(0));
    Settings settings =
        new Settings(Map.of(ModelSettings.MODEL, model), new SparkConf(), Configuration.settings());
    try (EmbedPlanner planner = new EmbedPlanner(settings)) {
      GpuRows rows = GpuRows.of(planner.plan(tokens), carried);
      RapidsColumns.prepare(spark);
      KernelUses kernels = new KernelUses();
      spark.sparkContext().register(kernels);
      RunCounters counters = RunCounters.register(spark.sparkContext());
      rows.ofWhole(
              new IdColumns(rows.transform()).rows(columns),
              new TaskOutputs(counters, null, null, null, kernels, null),
              Metadata.empty())
          .write()
          .parquet(output);
    }
  }
}
