package io.heed.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StorySampleTest {
  @Test
  void theFileIsWhatTheGeneratorWrites() throws IOException {
    assertThat(Files.readString(Path.of("sample-data/stories.jsonl")))
        .isEqualTo(StorySample.file());
  }
}
