package io.heed.rapids;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which GPUs a task asks about; that each executor does is seen on a cluster. */
class GpuProbeTest {

  /** Parts of cards have names, and so may cards have. */
  @Test
  void addressesAreNumbersOrNames() {
    assertThat(GpuProbe.ordinals("0", "3")).containsExactly(0, 3);
    assertThat(GpuProbe.ordinals("GPU-5a3c", "MIG-1/2/0", "7.5", "99999999999", "")).isEmpty();
    assertThat(GpuProbe.ordinals()).isEmpty();
  }
}
