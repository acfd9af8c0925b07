package io.heed.sample;

import io.heed.plot.AttentionHeatMap;
import io.heed.plot.AttentionHeatMap.Axis;
import io.heed.plot.AttentionHeatMap.Panel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/**
 * The pictures of the documentation: a causal mask, and what {@code jobs/regress} and {@code
 * jobs/embed} have drawn last.
 */
public final class DocumentationPictures {
  private static final Path DOCS = Path.of("src/docs");
  private static final Path REGRESSION = Path.of("target/sample-regression/_heed/plots");
  private static final Path ATTENTION = Path.of("target/coffee/_heed/plots");
  private static final int MASK_SIZE = 20;

  private DocumentationPictures() {}

  /** Writes the files into {@code src/docs}. */
  public static void main(String... arguments) throws IOException {
    Files.createDirectories(DOCS);
    Files.write(DOCS.resolve("causal-mask.png"), causalMask().png());
    copy(REGRESSION.resolve("predictions.png"), "regress-predictions.png");
    copy(REGRESSION.resolve("weights.png"), "regress-weights.png");
    copy(ATTENTION.resolve("row-001-coffee-layer-3.png"), "attention.png");
  }

  private static void copy(Path from, String to) throws IOException {
    Files.copy(from, DOCS.resolve(to), StandardCopyOption.REPLACE_EXISTING);
  }

  private static AttentionHeatMap causalMask() {
    double[][] mask = new double[MASK_SIZE][MASK_SIZE];
    for (int target = 0; target < MASK_SIZE; target++) {
      Arrays.fill(mask[target], 0, target + 1, 1);
    }
    return new AttentionHeatMap(
        "Causal mask of size " + MASK_SIZE,
        List.of(new Panel("", mask)),
        Axis.positions("target position", MASK_SIZE),
        Axis.positions("visible position", MASK_SIZE));
  }
}
