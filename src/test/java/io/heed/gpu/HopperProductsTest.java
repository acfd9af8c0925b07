package io.heed.gpu;

/** Products on an emulated GPU that has Hopper's. */
class HopperProductsTest extends GpuProductsTest {
  @Override
  int capability() {
    return 90;
  }
}
