package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which images and products a device computes with, and why. */
class GpuDeviceTest {
  @BeforeEach
  void require() {
    EmulatedDriver.require();
  }

  @ParameterizedTest
  @CsvSource({
    "80, 0, 0, 'encoder.fatbin, products by mma.sync'",
    "89, 0, 1, 'encoder.ptx, products by mma.sync'",
    "90, 0, 0, 'encoder.fatbin, products by wgmma of hopper.cubin'",
    "90, 0, 1, 'encoder.ptx, products by wgmma of hopper.cubin'",
    "90, 1, 1, 'encoder.fatbin, products by wgmma of hopper.ptx'",
    "90, 1, 2, 'encoder.fatbin, products by mma.sync, for the driver takes none of Heed''s images:"
        + " cuModuleLoadDataEx of hopper.cubin failed: CUDA_ERROR_NO_BINARY_FOR_GPU (209);"
        + " cuModuleLoadDataEx of hopper.ptx failed: CUDA_ERROR_NO_BINARY_FOR_GPU (209)'",
    "100, 0, 0, 'encoder.fatbin, products by mma.sync'",
  })
  void whatComputesIsTold(int capability, int taken, int refused, String told) {
    EmulatedDriver.emulate("capability", capability);
    EmulatedDriver.emulate("taken-images", taken);
    EmulatedDriver.emulate("refused-images", refused);
    assertThat(GpuDevice.open().told())
        .isEqualTo(
            "emulated GPU, compute capability %d.%d, %s", capability / 10, capability % 10, told);
  }

  /** Of two cards, the second of which is too old. */
  @ParameterizedTest
  @CsvSource({"'', true", "0, false", "1, true", "01, true", "2, true"})
  void onlyTheGpusThatAreNamedAreAskedAbout(String named, boolean isFaulty) {
    EmulatedDriver.emulate("devices", 2);
    EmulatedDriver.emulate("capability-of-1", 75);
    List<Integer> ordinals = named.chars().mapToObj(digit -> digit - '0').toList();
    assertThat(GpuDevice.fault(ordinals).isPresent()).isEqualTo(isFaulty);
  }
}
