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
        new Source("SimdTiles1Of3", SimdTileSource.generate(1, 3)),
        new Source("SimdTiles2Of3", SimdTileSource.generate(2, 3)),
        new Source("SimdWeightTiles8x3", SimdOuterSource.weightTiles(8, 3)),
        new Source("SimdWeightTiles4x2", SimdOuterSource.weightTiles(4, 2)),
        new Source("SimdScoreTiles8x2", SimdOuterSource.scoreTiles(8, 2)),
        new Source("SimdScoreTiles4x2", SimdOuterSource.scoreTiles(4, 2)),
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
