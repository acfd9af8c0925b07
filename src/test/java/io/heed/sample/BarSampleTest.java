package io.heed.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BarSampleTest {
  @Test
  void generatorStillWritesTheCommittedFiles(@TempDir Path directory) throws IOException {
    assertThat(Files.readString(BarSample.BARS)).isEqualTo(BarSample.lines());
    BarSample.write(directory);
    Map<String, byte[]> committed = SampleCheckpointTest.files(BarSample.DIRECTORY);
    Map<String, byte[]> generated = SampleCheckpointTest.files(directory);
    assertThat(generated.keySet()).isEqualTo(committed.keySet());
    generated.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(committed.get(name)));
  }

  @Test
  void theCommandIsWrittenDown() throws IOException {
    TrainedSample.assertWrittenDown(BarSample.COMMAND);
  }
}
