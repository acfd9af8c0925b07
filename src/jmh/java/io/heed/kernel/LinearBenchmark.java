package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * The linear maps of 384 and 768 wide encoders on packed tokens. {@link KernelBenchmark} says how
 * it runs.
 */
public class LinearBenchmark extends KernelBenchmark {
  @Param({"384x384", "384x1152", "384x1536", "1536x384", "768x2304", "768x3072", "3072x768"})
  String inputsByOutputs;

  @Param({"1024"})
  int tokens;

  @Param({"NONE"})
  Activation activation;

  private final Kernels kernels = new SimdKernels();
  private final Scratch scratch = new Scratch();
  private Projection projection;
  private Matrix input;
  private Matrix output;

  @Setup
  public void allocate() {
    String[] sizes = inputsByOutputs.split("x");
    int inputs = Integer.parseInt(sizes[0]);
    int outputs = Integer.parseInt(sizes[1]);
    Random random = new Random(1);
    projection =
        Values.projection(
            kernels,
            Values.gaussian(random, outputs, inputs, 1 / Math.sqrt(inputs)),
            Values.gaussian(random, outputs, 1),
            activation);
    input = Values.gaussian(random, tokens, inputs, 1);
    output = Matrix.allocate(tokens, outputs);
  }

  @Benchmark
  public Matrix linear() {
    double operations = 2.0 * tokens * input.columns() * output.columns();
    measure(operations, () -> kernels.linear(input, projection, output, scratch));
    return output;
  }
}
