package io.heed.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.job.JobHarness.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of devices where there is no plugin. */
class EmbedJobDeviceTest {
  private static final String NO_PLUGIN = "spark.plugins does not name com.nvidia.spark.SQLPlugin";

  @TempDir private Path directory;
  private EmbedSandbox sandbox;
  private Path input;

  @BeforeEach
  void openSandbox() {
    sandbox = new EmbedSandbox(directory);
    input = sandbox.write("in.jsonl", "{\"id\": 1, \"text\": \"The wind came up.\"}");
  }

  @Test
  void autoSaysWhyItTakesTheCpu() {
    Ended ended = sandbox.run(input);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.err().replaceAll(" +", " "))
        .contains("device cpu (auto: " + NO_PLUGIN + ")")
        .contains("precision float32 (device cpu)");
  }

  @Test
  void theCpuIsTakenWithoutALook() {
    Ended ended = sandbox.run(input, "--device", "cpu", "--precision", "float32");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(ended.err().replaceAll(" +", " "))
        .contains("device cpu (--device)")
        .contains("precision float32 (--precision)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--device gpu | --device gpu: " + NO_PLUGIN,
        "--precision bfloat16 | --precision bfloat16: needs a GPU: " + NO_PLUGIN,
        "--device cpu --precision bfloat16 |"
            + " --precision bfloat16: device cpu computes in float32 (--device)",
        "--device gpu --precision float32 |"
            + " --precision float32: device gpu computes in bfloat16 (--device)"
      })
  void whatCannotBeIsRefused(String options, String message) {
    sandbox.assertFailed(
        sandbox.run(input, options.split(" ")), ExitCode.BAD_ARGUMENTS_OR_INPUT, message);
  }
}
