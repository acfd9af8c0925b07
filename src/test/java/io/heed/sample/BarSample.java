package io.heed.sample;

import io.heed.series.BarCounts;
import io.heed.series.BarDiscretizer;
import io.heed.series.BarSeries;
import io.heed.series.BarWalk;
import io.heed.series.DiscretizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the price bars of {@code sample-data}, the discretizer that is fitted to them, and the
 * decoder that {@link #COMMAND} trains on them, a GPT-2 of two layers and 48 elements.
 *
 * <pre>{@code
 * mvn test-compile org.codehaus.mojo:exec-maven-plugin:3.5.1:java \
 *   -Dexec.classpathScope=test -Dexec.mainClass=io.heed.sample.BarSample
 * }</pre>
 */
public final class BarSample {
  /** Where the bars are, from the project's root. */
  static final Path BARS = Path.of("sample-data/bars.jsonl");

  /** Where the checkpoint is. */
  static final Path DIRECTORY = Path.of("sample-data/bars-gpt");

  /** What trains the checkpoint. */
  static final String COMMAND =
      """
      ./jobs/train --input sample-data/bars.jsonl --series-column bars \\
          --discretizer sample-data/bars-gpt/discretizer.json --size 2x48x3 --positions 1024 \\
          --steps 200 --batch-size 2 --gradient-shards 2 --learning-rate 4e-3 \\
          --eval-fraction 0.2 --eval-steps 50 --output target/bars-gpt
      """;

  private static final int ROWS = 60;
  private static final int LEAST_BARS = 60;
  private static final int MOST_BARS = 120;
  private static final int BINS = 32;
  private static final long SEED = 20260105;

  private BarSample() {}

  /** Writes the files anew; run it in the project's root. */
  public static void main(String... arguments) throws IOException {
    Files.writeString(BARS, lines());
    write(DIRECTORY);
  }

  /** The bars of a row. */
  private static double[][] bars(int row) {
    int count = LEAST_BARS + new Random(SEED - row).nextInt(MOST_BARS - LEAST_BARS + 1);
    return new BarWalk(SEED + row).bars(count);
  }

  /** The file of bars. */
  static String lines() {
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < ROWS; row++) {
      lines.append(String.format(Locale.ROOT, "{\"id\": \"walk-%02d\", \"bars\": [", row + 1));
      lines.append(Stream.of(bars(row)).map(BarSample::json).collect(Collectors.joining(", ")));
      lines.append("]}\n");
    }
    return lines.toString();
  }

  private static String json(double... bar) {
    return String.format(
        Locale.ROOT,
        "{\"open\": %.2f, \"high\": %.2f, \"low\": %.2f, \"close\": %.2f, \"volume\": %.0f}",
        bar[0],
        bar[1],
        bar[2],
        bar[3],
        bar[4]);
  }

  /** The discretizer of the bars. */
  static BarDiscretizer discretizer() {
    BarCounts counts = new BarCounts();
    for (int row = 0; row < ROWS; row++) {
      counts.add(BarSeries.of(bars(row)).value());
    }
    return counts.discretizer(BINS);
  }

  static void write(Path directory) throws IOException {
    Files.writeString(
        directory.resolve(DiscretizerFile.NAME), DiscretizerFile.write(discretizer()));
    TrainedSample.write(COMMAND, DIRECTORY, directory);
  }
}
