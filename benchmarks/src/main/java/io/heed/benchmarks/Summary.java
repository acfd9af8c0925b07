package io.heed.benchmarks;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Writes the medians of all rounds and prints them as a table: {@code Summary MEASUREMENTS
 * PROCESSOR RESULTS}.
 */
public final class Summary {
  private Summary() {}

  /** The content of {@code results.json}. */
  record Results(String processor, List<Result> results) {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    List<Measurement> all = Measurement.read(Path.of(arguments[0]));
    Results results =
        new Results(
            arguments[1], Arrays.stream(Way.values()).map(way -> Result.of(way, all)).toList());
    Files.writeString(
        Path.of(arguments[2]),
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(results)
            + "\n");
    System.out.print(table(results));
  }

  private static String table(Results results) {
    StringBuilder table = new StringBuilder(results.processor()).append("\n\n");
    table.append(
        line("", "tokens per CPU s", "least", "most", "core-h per M texts", "tokenizer", "rounds"));
    for (Result result : results.results()) {
      if (result.notRun() != null) {
        table.append(String.format("%-34s not run: %s%n", result.name(), result.notRun()));
        continue;
      }
      table.append(
          line(
              result.name(),
              whole(result.tokensPerCpuSecond()),
              whole(result.least()),
              whole(result.most()),
              String.format(Locale.ROOT, "%.2f", result.coreHoursPerMillionTexts()),
              result.tokenizerShare() == null
                  ? "within"
                  : String.format(Locale.ROOT, "%.1f%%", 100 * result.tokenizerShare()),
              String.valueOf(result.rounds())));
    }
    return table.toString();
  }

  private static String line(String... cells) {
    return String.format("%-34s %16s %7s %7s %18s %9s %6s%n", (Object[]) cells);
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}
