package io.heed.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The worked example of attention pooling: 50 inputs drawn uniformly from [0, 5] and sorted, {@code
 * y = 2 sin(x) + x^0.8 + ε} with ε of deviation 0.5; queries 0, 0.1, …, 4.9.
 */
public final class PoolingSample {
  /** One of the five in six with which the recipe of the textbook does not overshoot. */
  private static final long SEED = 20260103;

  private PoolingSample() {}

  /** Writes the files into {@code sample-data}. */
  public static void main(String... arguments) throws IOException {
    for (Map.Entry<String, String> file : files().entrySet()) {
      Files.writeString(Path.of("sample-data").resolve(file.getKey()), file.getValue());
    }
  }

  /** Names and contents. */
  static Map<String, String> files() {
    Random random = new Random(SEED);
    double[] x = random.doubles(50).map(value -> 5 * value).sorted().toArray();
    StringBuilder training = new StringBuilder("id,x,y\n");
    for (int i = 0; i < x.length; i++) {
      double y = truth(x[i]) + 0.5 * random.nextGaussian();
      training.append(String.format(Locale.ROOT, "%d,%.6f,%.6f\n", i, x[i], y));
    }
    StringBuilder queries = new StringBuilder("id,x,truth\n");
    double[] asked = new double[50];
    Arrays.setAll(asked, i -> i / 10.0);
    for (int i = 0; i < asked.length; i++) {
      queries.append(String.format(Locale.ROOT, "%d,%.1f,%.6f\n", i, asked[i], truth(asked[i])));
    }
    return Map.of(
        "pooling-training.csv", training.toString(), "pooling-queries.csv", queries.toString());
  }

  private static double truth(double x) {
    return 2 * StrictMath.sin(x) + StrictMath.pow(x, 0.8);
  }
}
