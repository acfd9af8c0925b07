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
        new Source("SimdLinearUnits", SimdPolynomialSource.linearUnits()),
        new Source("SimdAdditive", SimdPolynomialSource.additive()));
  }

  /** Rewrites all files. */
  public static void main(String[] args) throws IOException {
    for (Source source : all()) {
      Files.writeString(source.file(), source.text());
    }
  }
}
