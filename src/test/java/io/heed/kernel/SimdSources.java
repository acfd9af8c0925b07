package io.heed.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The classes of vector code that are generated. Run {@code main} from the root of the repository
 * after a change of what writes them; a test fails while the written files differ.
 */
final class SimdSources {
  /** A class of this package and its text. */
  record Source(String className, String text) {

    Path file() {
      return Path.of("src/main/java/io/heed/kernel", className + ".java");
    }

    @Override
    public String toString() {
      return className;
    }
  }

  private SimdSources() {}

  static List<Source> all() {
    return List.of(
        new Source("SimdTiles2", SimdTileSource.generate(2)),
        new Source("SimdTiles3", SimdTileSource.generate(3)),
        new Source("SimdOuter8x3", SimdOuterSource.generate("SimdOuter8x3", 8, 3, "INPUT_STRIDE")),
        new Source("SimdOuter4x2", SimdOuterSource.generate("SimdOuter4x2", 4, 2, "INPUT_STRIDE")),
        new Source(
            "SimdScoreOuter8x2",
            SimdOuterSource.generate("SimdScoreOuter8x2", 8, 2, "SCORE_STRIDE")),
        new Source(
            "SimdScoreOuter4x2",
            SimdOuterSource.generate("SimdScoreOuter4x2", 4, 2, "SCORE_STRIDE")),
        new Source("SimdLinearUnits", SimdPolynomialSource.linearUnits()),
        new Source("SimdUnitSlopes", SimdSlopeSource.generate()),
        new Source("SimdAdditive", SimdPolynomialSource.additive()));
  }

  /** Rewrites all files. */
  public static void main(String[] args) throws IOException {
    for (Source source : all()) {
      Files.writeString(source.file(), source.text());
    }
  }
}
