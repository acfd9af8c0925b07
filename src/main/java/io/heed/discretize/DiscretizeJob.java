package io.heed.discretize;

import io.heed.input.Column;
import io.heed.input.Columns;
import io.heed.job.Job;
import io.heed.job.JobContext;
import io.heed.job.JobRunner;
import io.heed.job.TableRun;
import io.heed.job.TableSettings;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import io.heed.spark.tokens.TokenSettings;
import io.heed.spark.tokens.TokenSource;
import java.io.PrintStream;
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
    return TableSettings.around(TokenSettings.SERIES_COLUMN, DiscretizeSettings.BINS);
  }

  @Override
  public List<Setting<?>> required() {
    return List.of(TableSettings.INPUT, TableSettings.OUTPUT, TokenSettings.SERIES_COLUMN);
  }

  @Override
  public Map<Setting<?>, String> sample(Path home, PrintStream err) {
    return Map.of(
        TableSettings.INPUT, home.resolve("sample-data").resolve("bars.jsonl").toString(),
        TableSettings.OUTPUT, home.resolve("target").resolve("sample-discretizer").toString(),
        TokenSettings.SERIES_COLUMN, "bars",
        DiscretizeSettings.BINS, "32",
        TableSettings.OVERWRITE, "true");
  }

  @Override
  public void run(JobContext context) {
    Settings settings = context.settings();
    Columns columns = new Columns();
    Column<double[][]> bars =
        columns.records(settings.required(TokenSettings.SERIES_COLUMN), TokenSource.Bars.TYPE);
    int bins = settings.value(DiscretizeSettings.BINS);
    TableRun run = new TableRun(context, null);
    // With the kept columns, so that a row is fitted where it is not rejected for one of them.
    List<String> kept = settings.find(TableSettings.KEEP_COLUMNS).orElse(List.of());
    run.run(columns, new Discretization(run.open(TableSettings.INPUT, columns, kept), bars, bins));
  }
}
