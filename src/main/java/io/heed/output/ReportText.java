package io.heed.output;

import io.heed.row.Rejection.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** A run report as lines of name, right-aligned figure and note. */
final class ReportText {
  private static final int NAME_WIDTH = 16;
  private static final int HASH_DIGITS = 12;

  private static final Duration LEAST_TO_TELL_A_SHARE_OF = Duration.ofSeconds(1);
  private static final double ALMOST_ALWAYS_ON_A_CORE = 0.75;

  private final List<String[]> lines = new ArrayList<>();

  private ReportText() {}

  static String of(RunReport report) {
    RunCounts counts = report.counts();
    ReportText text = new ReportText();
    text.add("rows in", Figures.count(counts.rowsIn()), "");
    text.add("rows out", Figures.count(counts.rowsOut()), "");
    text.add("rows rejected", Figures.count(counts.rowsRejected()), reasons(counts));
    boolean hasTokens = report.model() != null;
    if (hasTokens) {
      text.add("rows truncated", Figures.count(counts.rowsTruncated()), "");
      text.add("tokens", Figures.count(counts.tokens()), "");
    }
    text.add(
        "wall time",
        Figures.duration(report.wall()),
        hasTokens ? rate(report.tokensPerSecond(), "") : "");
    text.add(
        "compute time",
        Figures.duration(counts.compute()),
        hasTokens ? rate(report.tokensPerComputeSecond(), " per task") : "");
    boolean isElsewhere = counts.computeCpu().isZero() && !counts.compute().isZero();
    if (!isElsewhere) {
      text.add("CPU time", Figures.duration(counts.computeCpu()), cpuNote(report, hasTokens));
    }
    StringBuilder out = new StringBuilder(headline(report)).append('\n');
    text.render(out);
    if (report.model() != null) {
      RunReport.Model model = report.model();
      String hash = model.hash().substring(0, Math.min(HASH_DIGITS, model.hash().length()));
      line(
          out,
          "model",
          String.format(Locale.ROOT, "%s, %s, %s", model.path(), model.architecture(), hash));
    }
    if (report.kernel() != null) {
      line(
          out,
          "kernel",
          String.format(Locale.ROOT, "%s (%s)", report.kernel().name(), report.kernel().reason()));
    }
    report
        .details()
        .forEach(
            (name, value) -> {
              if (value instanceof String told) {
                line(out, name, told);
              }
            });
    return out.toString();
  }

  private static String headline(RunReport report) {
    return switch (report.outcome()) {
      case COMPLETE -> report.job() + ": complete";
      case TOO_MANY_REJECTED ->
          String.format(
              Locale.ROOT,
              "%s: not published, too many rows rejected (%s%%)",
              report.job(),
              percent(report.counts().rejectedFraction()));
    };
  }

  /** Never rounds up to 100, which would hide the rows that were good. */
  private static String percent(double fraction) {
    return String.valueOf(Math.floor(fraction * 1000) / 10);
  }

  private static String reasons(RunCounts counts) {
    return counts.rejectedByReason().entrySet().stream()
        .sorted(Map.Entry.<Reason, Long>comparingByValue(Comparator.reverseOrder()))
        .map(entry -> entry.getKey().code() + " " + Figures.count(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String rate(OptionalDouble rate, String of) {
    return rate.isPresent() && rate.getAsDouble() > 0
        ? Figures.speed(rate.getAsDouble()) + " tokens/s" + of
        : "";
  }

  /**
   * Speed by the time on a core, and how much of the compute time that was, where it was little.
   */
  private static String cpuNote(RunReport report, boolean hasTokens) {
    String note = hasTokens ? rate(report.tokensPerComputeCpuSecond(), " per core") : "";
    Duration compute = report.counts().compute();
    double share = RunReport.seconds(report.counts().computeCpu()) / RunReport.seconds(compute);
    if (compute.compareTo(LEAST_TO_TELL_A_SHARE_OF) < 0 || share >= ALMOST_ALWAYS_ON_A_CORE) {
      return note;
    }
    String waited =
        String.format(
            Locale.ROOT, "tasks had a core for %d%% of the compute time", Math.round(share * 100));
    return note.isEmpty() ? waited : note + ", " + waited;
  }

  private void add(String name, String figure, String note) {
    lines.add(new String[] {name, figure, note});
  }

  /** Figures end in one column; a unit after them does not count. */
  private void render(StringBuilder out) {
    int digits = lines.stream().mapToInt(line -> number(line[1]).length()).max().orElse(0);
    int units =
        lines.stream()
            .mapToInt(line -> line[1].length() - number(line[1]).length())
            .max()
            .orElse(0);
    for (String[] line : lines) {
      String number = number(line[1]);
      String figure =
          " ".repeat(digits - number.length())
              + number
              + line[1].substring(number.length())
              + " ".repeat(units - line[1].length() + number.length());
      line(out, line[0], (figure + "   " + line[2]).stripTrailing());
    }
  }

  private static String number(String figure) {
    int unit = figure.indexOf(' ');
    return unit < 0 ? figure : figure.substring(0, unit);
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append(name).append(" ".repeat(NAME_WIDTH - name.length())).append(value).append('\n');
  }
}
