package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;

/** Products on an emulated GPU that has Hopper's. */
class HopperProductsTest extends GpuProductsTest {
  @Override
  int capability() {
    return 90;
  }

  @AfterEach
  void productsAreHoppers() {
    for (String kernel : new String[] {"none", "gelu", "relu", "residual"}) {
      assertThat(EmulatedDriver.emulated("product_" + kernel)).as(kernel).isZero();
    }
  }
}
