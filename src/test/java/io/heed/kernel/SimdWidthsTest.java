package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors of every width give the bits of the reference. */
class SimdWidthsTest {
  private static final int EXPECTED =
      KernelHash.of(new ReferenceKernels(), new ReferenceTraining());

  /** A machine without such wide vectors takes its widest, one without the option ignores it. */
  @ParameterizedTest
  @ValueSource(strings = {"-XX:MaxVectorSize=32", "-XX:MaxVectorSize=64", "-XX:UseAVX=2"})
  void everyWidthEqualsTheReference(String option) throws IOException {
    String printed = ForkedJvm.run(List.of(ForkedJvm.VECTOR_MODULE, option), KernelHash.class);
    assertThat(printed).matches("simd-\\d+ " + EXPECTED);
  }

  @Test
  void theNarrowestVectorsEqualTheReference() throws IOException {
    String printed =
        ForkedJvm.run(List.of(ForkedJvm.VECTOR_MODULE, "-XX:MaxVectorSize=16"), KernelHash.class);
    assertThat(printed).isEqualTo("simd-128 " + EXPECTED);
  }

  @Test
  void otherVectorsInTheSameJvmChangeNothing() throws IOException {
    String printed = ForkedJvm.run(List.of(ForkedJvm.VECTOR_MODULE), KernelHash.class, "polluted");
    assertThat(printed).endsWith(" " + EXPECTED);
  }
}
