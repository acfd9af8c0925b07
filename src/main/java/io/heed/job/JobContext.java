package io.heed.job;

import io.heed.settings.Effective;
import io.heed.settings.Setting;
import io.heed.settings.Settings;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * What a running job is given.
 *
 * @param job the job that runs
 * @param settings arguments and configuration
 * @param startedAt when the driver started
 * @param out for the report and the first rows
 * @param err for everything else
 */
public record JobContext(
    Job job,
    SparkSession spark,
    Settings settings,
    Instant startedAt,
    PrintStream out,
    PrintStream err) {

  /** Every value that the run has asked for, by name, in the order of the help text. */
  Map<String, Effective<?>> effective() {
    Map<String, Effective<?>> asked = settings.effective();
    Map<String, Effective<?>> ordered = new LinkedHashMap<>();
    for (Setting<?> setting : job.settings()) {
      if (asked.containsKey(setting.name())) {
        ordered.put(setting.name(), asked.get(setting.name()));
      }
    }
    return ordered;
  }
}
