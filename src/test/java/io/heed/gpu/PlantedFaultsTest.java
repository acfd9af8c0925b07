package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Each fault of the script has its place in the kernels; whether tests see it takes half an hour.
 */
class PlantedFaultsTest {

  @Test
  void allCanBePlanted() throws IOException, InterruptedException {
    Process script =
        new ProcessBuilder("bash", "src/test/cuda/plant_faults.sh", "--look")
            .redirectErrorStream(true)
            .start();
    String told = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(script.waitFor()).as(told).isZero();
  }
}
