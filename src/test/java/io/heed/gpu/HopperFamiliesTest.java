package io.heed.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Families whose products end otherwise than BERT's, on an emulated GPU that has Hopper's. */
class HopperFamiliesTest extends GpuFamiliesTest {
  @Override
  int capability() {
    return 90;
  }

  @AfterEach
  void productsAreHoppers() {
    for (String kernel : new String[] {"turned", "gated_gelu", "gated_silu", "residual"}) {
      assertThat(EmulatedDriver.emulated("product_" + kernel)).as(kernel).isZero();
    }
  }

  @Override
  @ParameterizedTest
  @EnumSource(
      names = {"MODERN_BERT_WIDE", "EURO_BERT_PARTIAL", "NOMIC_BERT_DYNAMIC", "T5", "JINA_BERT"})
  void vectorsAreThoseOfTheCpu(Family family) throws IOException {
    super.vectorsAreThoseOfTheCpu(family);
  }

  @Override
  @ParameterizedTest
  @EnumSource(names = "NOMIC_BERT")
  void bitsDoNotDependOnTheOrderOfThreads(Family family) throws IOException {
    super.bitsDoNotDependOnTheOrderOfThreads(family);
  }

  @Override
  @ParameterizedTest
  @EnumSource(names = "EURO_BERT")
  void longerSequencesAreCut(Family family) throws IOException {
    super.longerSequencesAreCut(family);
  }
}
