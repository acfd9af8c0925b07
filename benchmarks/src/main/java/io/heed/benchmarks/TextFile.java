package io.heed.benchmarks;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The column {@code text} of JSON lines. */
final class TextFile {
  private TextFile() {}

  static List<String> read(Path file, int rows) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      List<String> texts =
          lines
              .limit(rows)
              .map(line -> JsonParser.parseString(line).getAsJsonObject().get("text").getAsString())
              .toList();
      if (texts.size() < rows) {
        throw new IllegalArgumentException(
            file + " has " + texts.size() + " rows, and " + rows + " are wanted");
      }
      return texts;
    }
  }
}
