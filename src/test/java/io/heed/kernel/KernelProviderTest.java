package io.heed.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelProviderTest {

  /** Prints the kernels chosen and why, or what is thrown. */
  public static void main(String[] arguments) {
    try {
      KernelProvider.Choice choice =
          KernelProvider.choose(KernelChoice.valueOf(arguments[0].toUpperCase(Locale.ROOT)));
      System.out.println(choice.kernels().name() + ": " + choice.reason());
      if (arguments.length > 1) {
        KernelProvider.Training training =
            KernelProvider.training(KernelChoice.valueOf(arguments[0].toUpperCase(Locale.ROOT)));
        System.out.println(training.kernels().name() + ": " + training.reason());
      }
    } catch (IllegalStateException refusal) {
      System.out.println("refused: " + refusal.getMessage());
    }
  }

  @Test
  void choosesOncePerJvm() {
    KernelProvider.Choice automatic = KernelProvider.choose(KernelChoice.AUTO);
    assertThat(KernelProvider.choose(KernelChoice.AUTO)).isSameAs(automatic);
    KernelProvider.Choice reference = KernelProvider.choose(KernelChoice.REFERENCE);
    assertThat(reference.kernels().name()).isEqualTo("reference");
    assertThat(reference.reason()).isEqualTo("asked for by the kernel option");
  }

  @Test
  void simdIsWarmedUpAndMeasured() throws IOException {
    assertThat(fork("simd", ForkedJvm.VECTOR_MODULE))
        .matches(
            "simd-\\d+: \\d+ lanes, product \\d+ of \\d+ GFLOP/s, warm after [\\d.]+ s, [\\d.]+ s of CPU");
  }

  @Test
  void withoutTheVectorModuleTheReferenceIsTaken() throws IOException {
    String reason = "the JVM runs without --add-modules=jdk.incubator.vector";
    assertThat(fork("auto")).isEqualTo("reference: " + reason);
    assertThat(fork("simd")).isEqualTo("refused: kernel is simd, but " + reason);
  }

  @Test
  void withoutFusedMultiplyAddTheReferenceIsTaken() throws IOException {
    String reason = "the CPU or the JVM has no fused multiply-add instruction (UseFMA is false)";
    assertThat(fork("auto", ForkedJvm.VECTOR_MODULE, "-XX:-UseFMA"))
        .isEqualTo("reference: " + reason);
    assertThat(fork("simd", ForkedJvm.VECTOR_MODULE, "-XX:-UseFMA"))
        .isEqualTo("refused: kernel is simd, but " + reason);
  }

  private static String fork(String request, String... options) throws IOException {
    return ForkedJvm.run(List.of(options), KernelProviderTest.class, request);
  }

  @Test
  void trainingGoesWithTheOtherKernels() {
    KernelProvider.Training training = KernelProvider.training(KernelChoice.AUTO);
    assertThat(KernelProvider.training(KernelChoice.AUTO)).isSameAs(training);
    assertThat(training.kernels().name())
        .isEqualTo(KernelProvider.choose(KernelChoice.AUTO).kernels().name());
    KernelProvider.Training reference = KernelProvider.training(KernelChoice.REFERENCE);
    assertThat(reference.kernels()).isInstanceOf(ReferenceTraining.class);
    assertThat(reference.reason()).isEqualTo("asked for by the kernel option");
  }

  @Test
  void trainingIsWarmedUpAndMeasured() throws IOException {
    String printed =
        ForkedJvm.run(
            List.of(ForkedJvm.VECTOR_MODULE), KernelProviderTest.class, "simd", "training");
    assertThat(printed.lines().skip(1))
        .singleElement()
        .asString()
        .matches(
            "simd-\\d+: \\d+ lanes, weight gradient \\d+ of \\d+ GFLOP/s, warm after [\\d.]+ s, [\\d.]+ s of CPU");
  }

  @Test
  void withoutTheVectorModuleTheReferenceTrains() throws IOException {
    String line = "reference: the JVM runs without --add-modules=jdk.incubator.vector";
    String printed = ForkedJvm.run(List.of(), KernelProviderTest.class, "auto", "training");
    assertThat(printed.lines()).containsExactly(line, line);
  }

  @Test
  void theSelfCheckNamesTheOperationThatDiffers() {
    Map<String, double[]> expected = SelfCheck.run(new ReferenceKernels());
    Map<String, double[]> actual = SelfCheck.run(new ReferenceKernels());
    assertThat(SelfCheck.firstDifference(expected, actual)).isEmpty();
    double[] attention = actual.get("attention");
    attention[attention.length - 1] = Math.nextUp(attention[attention.length - 1]);
    assertThat(SelfCheck.firstDifference(expected, actual)).isEqualTo("attention");
  }

  @Test
  void thisThreadKeepsDenormals() {
    assertThatCode(KernelProvider::requireDenormals).doesNotThrowAnyException();
  }
}
