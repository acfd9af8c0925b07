package io.heed.job;

import io.heed.input.PayloadColumn;
import io.heed.input.PayloadType;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.HeedConf;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code jobs/discretize}: a table of price bars to the bins that make tokens of them. */
public final class DiscretizeJob implements Job {

  /** Runs the job and ends the JVM with its exit code. */
  public static void main(String... arguments) {
    JobRunner.main(new DiscretizeJob(), arguments);
  }

  @Override
  public String name() {
    return "discretize";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Fits to a table of price bars what makes token ids of them: each bar after the first of a"
            + " row is five tokens, the bins of its open, high, low and close as log returns on the"
            + " close before, and of its volume on the volume before. Writes Parquet: id, kept"
            + " columns, token_ids; and _heed/discretizer.json, which beside the config.json of a"
            + " checkpoint lets jobs/score and jobs/generate take bars with --series-column. Without"
            + " options it fits the sample.");
  }

  @Override
  public List<Setting<?>> settings() {
    return TableSettings.around(HeedConf.SERIES_COLUMN, HeedConf.BINS);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(HeedConf.INPUT, HeedConf.OUTPUT, HeedConf.SERIES_COLUMN);
  }

  @Override
  public Map<Setting<?>, String> sample(Path home) {
    return Map.of(
        HeedConf.INPUT, home.resolve("sample-data").resolve("bars.jsonl").toString(),
        HeedConf.OUTPUT, home.resolve("target").resolve("sample-discretizer").toString(),
        HeedConf.SERIES_COLUMN, "bars",
        HeedConf.BINS, "32",
        HeedConf.OVERWRITE, "true");
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    List<PayloadColumn> columns =
        List.of(new PayloadColumn(settings.required(HeedConf.SERIES_COLUMN), PayloadType.SERIES));
    int bins = settings.value(HeedConf.BINS);
    TableRun run = new TableRun(context, null);
    // With the kept columns, so that a row is fitted where it is not rejected for one of them.
    List<String> kept = settings.find(HeedConf.KEEP_COLUMNS).orElse(List.of());
    run.run(columns, new Discretization(run.open(HeedConf.INPUT, columns, kept), bins));
  }
}
