package io.heed.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** One number for the bits of everything that kernels compute in a few cases. */
final class KernelHash {
  private static final List<EncoderLayerCase> LAYERS =
      List.of(
          new EncoderLayerCase(100, 5, 333, 1, 2, 7, 8, 9, 16, 31, 33, 65),
          new EncoderLayerCase(128, 2, 512, 40, 3),
          new EncoderLayerCase(32, 1, 48, 400));

  /** More than one block of keys and of queries, all panels full. */
  private static final Function<TrainingCase, List<int[]>> LONG_ATTENTION =
      run ->
          run.attentionGradient(
              new int[] {0, 500},
              new int[] {0, 500},
              1,
              64,
              64,
              AttentionRule.of(ScoreFunction.scaledDot(64), AttentionMask.causal()));

  private KernelHash() {}

  static int of(Kernels kernels, TrainingKernels training) {
    int hash = 1;
    for (double[] values : TrainingSelfCheck.run(training).values()) {
      hash = 31 * hash + Arrays.hashCode(values);
    }
    for (int[] values : LONG_ATTENTION.apply(new TrainingCase(training, 1, new Scratch()))) {
      hash = 31 * hash + Arrays.hashCode(values);
    }
    for (double[] values : SelfCheck.run(kernels).values()) {
      hash = 31 * hash + Arrays.hashCode(values);
    }
    for (EncoderLayerCase layer : LAYERS) {
      hash = 31 * hash + Arrays.deepHashCode(layer.run(kernels));
    }
    return hash;
  }

  /** Prints the name of the SIMD kernels here, and the hash of what they compute. */
  public static void main(String[] arguments) {
    if (arguments.length > 0) {
      SimdPollution.run();
    }
    Kernels kernels = new SimdKernels();
    System.out.println(kernels.name() + " " + of(kernels, new SimdTraining()));
  }
}
