package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Gradients of causal attention over 1024 packed tokens, its five products counted where a query
 * sees a key. {@link KernelBenchmark} says what is printed, {@link TrainingBenchmark} how to run
 * it.
 */
public class TrainingAttentionBenchmark extends KernelBenchmark {
  private static final int TOKENS = 1024;

  @Param({"128", "256", "512", "1024"})
  int length;

  @Param({"6x64", "12x64", "12x32"})
  String headsByWidth;

  @Param({"0", "0.1"})
  double dropout;

  private final TrainingKernels training = new SimdTraining();
  private final Scratch scratch = new Scratch();
  private AttentionInputs inputs;
  private AttentionRule rule;
  private Matrix context;
  private Matrix contextGradient;
  private AttentionGradients gradients;

  @Setup
  public void allocate() {
    String[] sizes = headsByWidth.split("x");
    int heads = Integer.parseInt(sizes[0]);
    int headWidth = Integer.parseInt(sizes[1]);
    int width = heads * headWidth;
    int[] lengths = new int[TOKENS / length];
    Arrays.fill(lengths, length);
    Random random = new Random(1);
    Matrix packed = Values.gaussian(random, TOKENS, 3 * width, 1);
    inputs =
        AttentionInputs.within(
            packed.columns(0, width),
            packed.columns(width, 2 * width),
            packed.columns(2 * width, 3 * width),
            Values.cumulative(lengths),
            heads);
    rule =
        new AttentionRule(
            ScoreFunction.scaledDot(headWidth), AttentionMask.causal(), new Dropout(dropout, 1));
    context = Matrix.allocate(TOKENS, width);
    new SimdKernels().attention(inputs, rule, AttentionOutputs.of(context), scratch);
    contextGradient = Values.gaussian(random, TOKENS, width, 1);
    Matrix gradient = Matrix.allocate(TOKENS, 3 * width);
    gradients =
        new AttentionGradients(
            gradient.columns(0, width),
            gradient.columns(width, 2 * width),
            gradient.columns(2 * width, 3 * width));
  }

  @Benchmark
  public Matrix attentionGradient() {
    double visible = TOKENS * (length + 1) / 2.0;
    measure(
        10 * visible * context.columns(),
        () ->
            training.attentionGradient(inputs, rule, context, contextGradient, gradients, scratch));
    return gradients.keys();
  }
}
