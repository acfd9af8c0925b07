package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** How many bytes a call of each operation of training leaves in the heap, once it is compiled. */
final class TrainingAllocation {
  /** Sequences of every count of rows of a tile, and of more than one block of queries. */
  private static final int[] LENGTHS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 40, 101};

  /** Odd, so that loops have rests. */
  private static final int WIDTH = 45;

  private static final int HEADS = 5;

  private final Random random = new Random(1);
  private final Scratch scratch = new Scratch();
  private final int[] starts = Values.cumulative(LENGTHS);
  private final int tokens = starts[LENGTHS.length];
  private final Matrix hidden = gaussian(tokens, WIDTH);
  private final Matrix gradient = gaussian(tokens, WIDTH);
  private final Map<String, Runnable> operations = new LinkedHashMap<>();
  private final TrainingKernels kernels;

  /** Written, so that the sum is needed. */
  private double squares;

  private TrainingAllocation(TrainingKernels kernels) {
    this.kernels = kernels;
    addSums();
    addAttention();
    addRows();
  }

  /** Prints a line for each operation: {@code polluted:sumOfSquares 0}. */
  public static void main(String[] arguments) {
    SimdPollution.run();
    TrainingKernels kernels = KernelProvider.training(KernelChoice.SIMD).kernels();
    new TrainingAllocation(kernels)
        .operations.forEach(
            (name, call) ->
                System.out.println("polluted:" + name + " " + KernelAllocation.bytes(call)));
  }

  private void addSums() {
    Matrix weights = gaussian(WIDTH, WIDTH);
    Matrix bias = gaussian(1, WIDTH);
    int[] rows = new int[tokens];
    operations.put(
        "addWeightGradient", () -> kernels.addWeightGradient(hidden, gradient, weights, scratch));
    operations.put("addBiasGradient", () -> kernels.addBiasGradient(gradient, bias));
    operations.put("addRowGradients", () -> kernels.addRowGradients(gradient, rows, bias));
    float[] values = weights.data();
    operations.put(
        "sumOfSquares", () -> squares = kernels.sumOfSquares(values, 0, values.length, scratch));
    AdamStep step = AdamStep.of(1, 1e-3, 0.9, 0.95, 1e-8, 0.1, 1);
    int n = values.length;
    AdamSlice slice = new AdamSlice(new float[n], new float[n], new float[n]);
    operations.put("adamW", () -> kernels.adamW(step, values, 0, slice, 0, n));
  }

  private void addAttention() {
    AttentionInputs inputs =
        AttentionInputs.within(hidden, gaussian(tokens, WIDTH), hidden, starts, HEADS);
    AttentionGradients gradients =
        new AttentionGradients(
            gaussian(tokens, WIDTH), gaussian(tokens, WIDTH), gaussian(tokens, WIDTH));
    ScoreFunction score = ScoreFunction.scaledDot(WIDTH / HEADS);
    Map<String, AttentionRule> rules =
        Map.of(
            "causal", AttentionRule.of(score, AttentionMask.causal()),
            "window", AttentionRule.of(score, AttentionMask.window(60)),
            "dropout", new AttentionRule(score, AttentionMask.none(), new Dropout(0.1, 1)));
    rules.forEach(
        (name, rule) ->
            operations.put(
                "attentionGradient:" + name,
                () ->
                    kernels.attentionGradient(inputs, rule, hidden, gradient, gradients, scratch)));
  }

  private void addRows() {
    float[] parameters = new float[WIDTH];
    Normalization normalization = new Normalization(parameters, parameters, 1e-5);
    Matrix row = gaussian(1, WIDTH);
    Matrix sum = gaussian(tokens, WIDTH);
    operations.put(
        "addLayerNormGradient",
        () ->
            kernels.addLayerNormGradient(hidden, normalization, gradient, sum, row, row, scratch));
    Matrix values = gaussian(tokens, WIDTH);
    for (Activation activation : Activation.values()) {
      operations.put(
          "activateWithGradient:" + activation,
          () -> kernels.activateWithGradient(activation, values, sum));
    }
    Matrix logits = gaussian(tokens, 200);
    int[] targets = new int[tokens];
    Arrays.setAll(targets, t -> t % 200 - 1);
    double[] losses = new double[tokens];
    operations.put("crossEntropy", () -> kernels.crossEntropy(logits, targets, 0, losses, scratch));
  }

  private Matrix gaussian(int rows, int columns) {
    return Values.gaussian(random, rows, columns, 1);
  }
}
