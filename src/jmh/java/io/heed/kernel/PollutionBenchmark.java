package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * A linear map and attention in a JVM that has used other vectors, MLlib's products among them,
 * beside one that has not. {@link KernelBenchmark} says how it runs; each loop waits for its
 * compiler, so that what the JVM has met by then does not depend on the moment.
 */
@Fork(
    value = 1,
    jvmArgsAppend = {VectorBenchmark.VECTOR_MODULE, "-Xbatch"})
public class PollutionBenchmark extends KernelBenchmark {
  private static final int TOKENS = 1024;
  private static final int WIDTH = 384;
  private static final int HIDDEN = 1536;
  private static final int HEADS = 12;
  private static final int LENGTH = 128;

  /** Whether other vectors are used, before the kernels are warmed up. */
  @Param({"clean", "polluted"})
  String jvm;

  private final Scratch scratch = new Scratch();
  private Kernels kernels;
  private Matrix hidden;
  private Projection projection;
  private Matrix wide;
  private AttentionInputs inputs;
  private AttentionRule rule;
  private Matrix context;

  /** Warms the kernels up as a job does. */
  @Setup
  public void begin() {
    if (jvm.equals("polluted")) {
      SimdPollution.run();
    }
    kernels = KernelProvider.choose(KernelChoice.SIMD).kernels();
    Random random = new Random(1);
    hidden = Values.gaussian(random, TOKENS, WIDTH, 1);
    projection =
        Values.projection(
            kernels,
            Values.gaussian(random, HIDDEN, WIDTH, 1 / Math.sqrt(WIDTH)),
            Values.gaussian(random, HIDDEN, 1),
            Activation.GELU);
    wide = Matrix.allocate(TOKENS, HIDDEN);
    int[] lengths = new int[TOKENS / LENGTH];
    Arrays.fill(lengths, LENGTH);
    Matrix packed = Values.gaussian(random, TOKENS, 3 * WIDTH, 1);
    inputs =
        AttentionInputs.within(
            packed.columns(0, WIDTH),
            packed.columns(WIDTH, 2 * WIDTH),
            packed.columns(2 * WIDTH, 3 * WIDTH),
            Values.cumulative(lengths),
            HEADS);
    rule = AttentionRule.scaledDot(inputs.headWidth());
    context = Matrix.allocate(TOKENS, WIDTH);
  }

  @Benchmark
  public Matrix linear() {
    double operations = 2.0 * TOKENS * WIDTH * HIDDEN;
    measure(operations, () -> kernels.linear(hidden, projection, wide, scratch));
    return wide;
  }

  @Benchmark
  public Matrix attention() {
    double operations = 4.0 * TOKENS * LENGTH * WIDTH;
    measure(
        operations, () -> kernels.attention(inputs, rule, AttentionOutputs.of(context), scratch));
    return context;
  }
}
