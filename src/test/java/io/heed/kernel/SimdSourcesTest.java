package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SimdSourcesTest {

  @ParameterizedTest
  @MethodSource("sources")
  void theFileIsWhatTheGeneratorWrites(SimdSources.Source source) throws IOException {
    assertThat(Files.readString(source.file()))
        .as("%s differs: run the main method of SimdSources", source.file())
        .isEqualTo(source.text());
  }

  static List<SimdSources.Source> sources() {
    return SimdSources.all();
  }

  @Test
  void everyFileThatSaysSoIsGenerated() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/io/heed/kernel"))) {
      List<Path> marked = files.filter(SimdSourcesTest::isMarked).sorted().toList();

      assertThat(marked)
          .containsExactlyInAnyOrderElementsOf(
              sources().stream().map(SimdSources.Source::file).toList());
    }
  }

  private static boolean isMarked(Path file) {
    try {
      return Files.readString(file).contains("Source}: edit that.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
