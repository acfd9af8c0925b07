package io.heed.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PoolingSampleTest {
  @Test
  void theFilesAreThoseThatTheGeneratorWrites() {
    assertThat(PoolingSample.files())
        .hasSize(2)
        .allSatisfy(
            (name, content) ->
                assertThat(Path.of("sample-data").resolve(name)).hasContent(content));
  }
}
