package io.heed.kernel;

import io.heed.kernel.SimdStart.Budget;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * The first second of the SIMD kernels of training in a JVM, as {@link SimdStart} is for the
 * others: their loops are run until C2 has compiled them, then the results of {@link
 * TrainingSelfCheck} are compared with those of the reference, and the speed of gradients of
 * weights with that of plain multiply-adds.
 */
final class SimdTrainingStart {
  private static final long WARM_UP_CPU_NANOS = 1_000_000_000L;

  /** Odd, so that loops have rests, and more than a block of queries. */
  private static final int TOKENS = 59;

  private static final int WIDTH = 57;

  /** Inputs and outputs of a gradient of weights whose speed is measured. */
  private static final int SIDE = 192;

  private static final int TIMED_ROUNDS = 20;

  private SimdTrainingStart() {}

  /**
   * Warms the kernels up.
   *
   * @return what was measured, for the log
   * @throws IllegalStateException when a result differs from that of the reference, or the JVM does
   *     not compile vector code
   */
  static String run() {
    Budget budget = Budget.start();
    warmUp();
    compareWithReference();
    double peak = SimdStart.peak();
    double gradient = gradientGigaflops();
    while (gradient < SimdStart.LEAST_PART_OF_PEAK * peak && !budget.isSpent()) {
      SimdStart.leaveTheCoreToTheCompiler();
      warmUp();
      gradient = gradientGigaflops();
    }
    return SimdStart.told("weight gradient", gradient, peak, budget);
  }

  private static void compareWithReference() {
    Map<String, double[]> expected = TrainingSelfCheck.run(new ReferenceTraining());
    Map<String, double[]> actual = TrainingSelfCheck.run(new SimdTraining());
    String operation = SelfCheck.firstDifference(expected, actual);
    if (!operation.isEmpty()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "%s differs from the reference in bits on this CPU and JVM", operation));
    }
  }

  private static void warmUp() {
    Scratch scratch = new Scratch();
    TrainingKernels kernels = new SimdTraining();
    long deadline = CpuTime.ofThread() + WARM_UP_CPU_NANOS;
    while (CpuTime.ofThread() < deadline) {
      warmUpProducts(kernels, scratch);
      warmUpRows(kernels, scratch);
    }
  }

  private static void warmUpProducts(TrainingKernels kernels, Scratch scratch) {
    Matrix rows = Matrix.allocate(TOKENS, WIDTH);
    Matrix weights = Matrix.allocate(WIDTH, WIDTH);
    kernels.addWeightGradient(rows, rows, weights, scratch);
    int[] starts = {0, 1, 10, TOKENS};
    AttentionInputs inputs = AttentionInputs.within(rows, rows, rows, starts, 1);
    AttentionGradients gradients =
        new AttentionGradients(
            Matrix.allocate(TOKENS, WIDTH),
            Matrix.allocate(TOKENS, WIDTH),
            Matrix.allocate(TOKENS, WIDTH));
    ScoreFunction score = ScoreFunction.scaledDot(WIDTH);
    AttentionRule causal = AttentionRule.of(score, AttentionMask.causal());
    kernels.attentionGradient(inputs, causal, rows, rows, gradients, scratch);
    AttentionRule dropped =
        new AttentionRule(score, AttentionMask.padding(0, 9, 40), new Dropout(0.1, 1));
    kernels.attentionGradient(inputs, dropped, rows, rows, gradients, scratch);
  }

  private static void warmUpRows(TrainingKernels kernels, Scratch scratch) {
    Matrix rows = Matrix.allocate(TOKENS, WIDTH);
    Matrix gradient = Matrix.allocate(TOKENS, WIDTH);
    Matrix row = Matrix.allocate(1, WIDTH);
    kernels.addBiasGradient(gradient, row);
    kernels.addRowGradients(gradient, new int[TOKENS], row);
    float[] parameters = new float[WIDTH];
    Normalization normalization = new Normalization(parameters, parameters, 1e-5);
    kernels.addLayerNormGradient(rows, normalization, rows, gradient, row, row, scratch);
    for (Activation activation : Activation.values()) {
      kernels.activateWithGradient(activation, rows, gradient);
    }
    kernels.crossEntropy(gradient, new int[TOKENS], 0, new double[TOKENS], scratch);
    float[] weights = rows.data();
    kernels.sumOfSquares(weights, 0, weights.length, scratch);
    AdamSlice slice = new AdamSlice(gradient.data(), weights.clone(), weights.clone());
    AdamStep step = AdamStep.of(1, 1e-3, 0.9, 0.95, 1e-8, 0.1, 1);
    kernels.adamW(step, weights, 0, slice, 0, weights.length);
  }

  /** The speed of a gradient of weights, by this thread's time on a core. */
  private static double gradientGigaflops() {
    Scratch scratch = new Scratch();
    Matrix rows = Matrix.allocate(TrainingKernels.TOKEN_BLOCK, SIDE);
    Matrix weights = Matrix.allocate(SIDE, SIDE);
    Arrays.fill(rows.data(), 0.5f);
    double best = 0;
    for (int round = 0; round < TIMED_ROUNDS; round++) {
      long start = CpuTime.ofThread();
      SimdWeightGradient.add(rows, rows, weights, scratch);
      long nanos = CpuTime.ofThread() - start;
      best = Math.max(best, 2.0 * rows.rows() * SIDE * SIDE / nanos);
    }
    return best;
  }
}
