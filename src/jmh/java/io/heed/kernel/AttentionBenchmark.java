package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Self-attention of 12 heads over 1024 packed tokens, its two products counted. {@link
 * KernelBenchmark} says how it runs.
 */
public class AttentionBenchmark extends KernelBenchmark {
  private static final int HEADS = 12;
  private static final int TOKENS = 1024;

  @Param({"16", "32", "128", "512"})
  int length;

  @Param({"32", "64"})
  int headWidth;

  private final Kernels kernels = new SimdKernels();
  private final Scratch scratch = new Scratch();
  private AttentionInputs inputs;
  private AttentionRule rule;
  private Matrix context;

  @Setup
  public void allocate() {
    int width = HEADS * headWidth;
    int[] lengths = new int[TOKENS / length];
    Arrays.fill(lengths, length);
    Matrix packed = Values.gaussian(new Random(1), TOKENS, 3 * width, 1);
    inputs =
        AttentionInputs.within(
            packed.columns(0, width),
            packed.columns(width, 2 * width),
            packed.columns(2 * width, 3 * width),
            Values.cumulative(lengths),
            HEADS);
    rule = AttentionRule.scaledDot(inputs.headWidth());
    context = Matrix.allocate(TOKENS, width);
  }

  @Benchmark
  public Matrix attention() {
    double operations = 4.0 * TOKENS * length * context.columns();
    measure(
        operations, () -> kernels.attention(inputs, rule, AttentionOutputs.of(context), scratch));
    return context;
  }
}
