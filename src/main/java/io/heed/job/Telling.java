package io.heed.job;

import io.heed.output.DisplayText;
import io.heed.output.Provenance;
import io.heed.output.RunCounts;
import io.heed.output.RunReport;
import io.heed.output.RunReport.Outcome;
import io.heed.settings.Effective;
import io.heed.settings.Setting;
import io.heed.spark.executor.KernelUse;
import io.heed.spark.executor.KernelUses;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run says of itself: its settings before it computes, its report at the end.
 *
 * @param model what the report says of the model, or null where none is read
 * @param kernels which kernels computed
 */
record Telling(JobContext context, RunReport.Model model, KernelUses kernels) {

  /**
   * The report of a run.
   *
   * @param details what the computation says besides
   */
  RunReport report(Outcome outcome, RunCounts counts, Map<String, ?> details) {
    return new RunReport(
        outcome,
        context.job().name(),
        Version.text(),
        context.startedAt(),
        counts,
        Duration.between(context.startedAt(), Instant.now()),
        model,
        kernel(),
        options(),
        details);
  }

  /** What the files of the run tell of themselves. */
  Provenance provenance() {
    Map<String, String> deciding = new LinkedHashMap<>();
    Map<String, Effective<?>> asked = context.effective();
    for (Setting<?> setting : context.job().settings()) {
      if (setting.decides() && asked.containsKey(setting.name())) {
        deciding.put(setting.name(), String.valueOf(asked.get(setting.name()).text()));
      }
    }
    return Provenance.of(Version.text(), context.job().name(), model, deciding);
  }

  /** What the tasks computed with; executors of different machines may differ. */
  private RunReport.Kernel kernel() {
    if (kernels.isZero()) {
      return null;
    }
    return new RunReport.Kernel(
        kernels.value().stream().map(KernelUse::name).distinct().collect(Collectors.joining(", ")),
        kernels.value().stream().map(KernelUse::reason).collect(Collectors.joining("; ")));
  }

  private Map<String, RunReport.Option> options() {
    Map<String, RunReport.Option> options = new LinkedHashMap<>();
    context
        .effective()
        .forEach(
            (name, value) -> options.put(name, new RunReport.Option(value.text(), value.origin())));
    return options;
  }

  /**
   * Tells, before anything is computed, every setting that was asked for and where it comes from.
   */
  void settings() {
    Map<String, Effective<?>> values = context.effective();
    int width = values.keySet().stream().mapToInt(String::length).max().orElse(0);
    values.forEach(
        (name, value) ->
            context
                .err()
                .printf(
                    Locale.ROOT,
                    "%-" + width + "s  %s  (%s)%n",
                    name,
                    DisplayText.inOneLine(String.valueOf(value.text())),
                    value.origin()));
  }
}
