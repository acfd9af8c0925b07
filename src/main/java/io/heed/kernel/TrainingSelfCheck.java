package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A small computation that meets every operation of {@link TrainingKernels}: odd sizes, more than
 * one block of tokens and of keys, tiles, panels and rows that are not full.
 */
final class TrainingSelfCheck {
  private static final int[] CUMULATIVE_LENGTHS = {0, 1, 1, 10, 67, 467};
  private static final int TOKENS = 467;
  private static final int HEADS = 2;
  private static final int HEAD_WIDTH = 35;
  private static final int WIDTH = HEADS * HEAD_WIDTH;

  private final TrainingKernels kernels;
  private final Scratch scratch = new Scratch();
  private final SplittableRandom random = new SplittableRandom(2);
  private final Map<String, double[]> results = new LinkedHashMap<>();

  private TrainingSelfCheck(TrainingKernels kernels) {
    this.kernels = kernels;
  }

  /** What {@code kernels} computes, by operation, in order. */
  static Map<String, double[]> run(TrainingKernels kernels) {
    TrainingSelfCheck check = new TrainingSelfCheck(kernels);
    check.parameters();
    check.attention();
    check.rows();
    check.optimizer();
    return check.results;
  }

  private void parameters() {
    Matrix gradient = values(TOKENS, WIDTH + 1, 2f);
    Matrix weights = values(61, WIDTH + 1, 1f);
    kernels.addWeightGradient(values(TOKENS, 61, 2f), gradient, weights, scratch);
    keep("addWeightGradient", weights);
    Matrix bias = values(1, WIDTH + 1, 1f);
    kernels.addBiasGradient(gradient, bias);
    keep("addBiasGradient", bias);
    Matrix table = values(30, WIDTH + 1, 1f);
    int[] rows = new int[TOKENS];
    Arrays.setAll(rows, t -> t * t % 30);
    kernels.addRowGradients(gradient, rows, table);
    keep("addRowGradients", table);
  }

  private void attention() {
    AttentionMask padding = AttentionMask.padding(1, 0, 0, 50, 399);
    ScoreFunction score = ScoreFunction.scaledDot(HEAD_WIDTH);
    attend("causal", AttentionRule.of(score, AttentionMask.causal()));
    attend("in a window", AttentionRule.of(score, AttentionMask.window(7)));
    attend(
        "of hidden keys with dropout",
        new AttentionRule(score, padding.and(AttentionMask.causal()), new Dropout(0.2, 1)));
  }

  private void attend(String name, AttentionRule rule) {
    AttentionInputs inputs =
        AttentionInputs.within(
            values(TOKENS, WIDTH, 3f),
            values(TOKENS, WIDTH, 3f),
            values(TOKENS, WIDTH, 3f),
            CUMULATIVE_LENGTHS,
            HEADS);
    Matrix packed = Matrix.allocate(TOKENS, 3 * WIDTH);
    AttentionGradients gradients =
        new AttentionGradients(
            packed.columns(0, WIDTH),
            packed.columns(WIDTH, 2 * WIDTH),
            packed.columns(2 * WIDTH, 3 * WIDTH));
    Matrix context = values(TOKENS, WIDTH, 2f);
    Matrix gradient = values(TOKENS, WIDTH, 2f);
    kernels.attentionGradient(inputs, rule, context, gradient, gradients, scratch);
    keep("attentionGradient, " + name, packed);
  }

  private void rows() {
    Matrix gain = values(1, WIDTH, 1f);
    Matrix bias = values(1, WIDTH, 1f);
    Matrix hidden = values(9, WIDTH, 1f);
    Normalization normalization =
        new Normalization(values(1, WIDTH, 2f).data(), values(1, WIDTH, 1f).data(), 1e-5);
    kernels.addLayerNormGradient(
        values(9, WIDTH, 4f), normalization, values(9, WIDTH, 2f), hidden, gain, bias, scratch);
    keep("addLayerNormGradient", hidden);
    keep("addLayerNormGradient, gain", gain);
    keep("addLayerNormGradient, bias", bias);
    for (Activation activation : Activation.values()) {
      Matrix values = values(20, 63, 20f);
      Matrix gradient = values(20, 63, 1f);
      kernels.activateWithGradient(activation, values, gradient);
      keep("activateWithGradient, values of " + activation, values);
      keep("activateWithGradient, " + activation, gradient);
    }
    Matrix logits = values(20, 141, 30f);
    int[] targets = new int[22];
    Arrays.setAll(targets, r -> r * 7 - 20);
    double[] losses = new double[22];
    kernels.crossEntropy(logits, targets, 2, losses, scratch);
    keep("crossEntropy", logits);
    results.put("crossEntropy, losses", losses);
  }

  private void optimizer() {
    int n = TrainingKernels.SQUARES_BLOCK + 117;
    float[] weights = values(1, n, 1f).data();
    Matrix gradients = values(1, n, 0.1f);
    Matrix first = values(1, n, 0.1f);
    Matrix second = values(1, n, 0.01f);
    double squares = kernels.sumOfSquares(weights, 3, n - 3, scratch);
    results.put("sumOfSquares", new double[] {squares});
    for (int i = 0; i < n; i++) {
      second.data()[i] = Math.abs(second.data()[i]);
    }
    AdamSlice slice = new AdamSlice(gradients.data(), first.data(), second.data());
    AdamStep step = AdamStep.of(0.25, 1e-3, 0.9, 0.95, 1e-8, 0.1, 7);
    kernels.adamW(step, weights, 3, slice, 1, n - 5);
    keep("adamW", Matrix.of(weights, 1, n));
    keep("adamW, first moments", first);
    keep("adamW, second moments", second);
  }

  private void keep(String operation, Matrix result) {
    double[] values = new double[result.data().length];
    Arrays.setAll(values, i -> result.data()[i]);
    results.put(operation, values);
  }

  /** Evenly spread from {@code -range/2} to {@code range/2}. */
  private Matrix values(int rows, int columns, float range) {
    Matrix matrix = Matrix.allocate(rows, columns);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) ((random.nextDouble() - 0.5) * range);
    }
    return matrix;
  }
}
