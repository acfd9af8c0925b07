package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.heed.layer.Pooling;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole encoders on an emulated GPU that has Hopper's products. */
class HopperEncoderTest extends GpuEncoderTest {
  @Override
  int capability() {
    return 90;
  }

  @AfterEach
  void productsAreHoppers() {
    assertThat(EmulatedDriver.emulated("product_gelu")).isZero();
  }

  @Override
  @ParameterizedTest
  @EnumSource(value = Pooling.class, names = "MEAN")
  void vectorsAreThoseOfTheCpu(Pooling pooling) {
    super.vectorsAreThoseOfTheCpu(pooling);
    assertThat(EmulatedDriver.emulated("hopper_product_gelu_128")).isPositive();
    assertThat(EmulatedDriver.emulated("hopper_product_none_192")).isPositive();
    assertThat(EmulatedDriver.emulated("hopper_product_residual_128")).isPositive();
  }
}
