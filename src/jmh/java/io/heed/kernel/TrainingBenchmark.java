package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * The products of a training step: the gradient of weights, and that of what went into a map, by
 * the map's transpose. {@link KernelBenchmark} says what is printed.
 *
 * <pre>{@code
 * java -cp target/test-classes:target/classes:$(cat target/classpath) org.openjdk.jmh.Main Training
 * }</pre>
 */
public class TrainingBenchmark extends KernelBenchmark {
  @Param({"384x384", "384x1536", "1536x384", "768x768", "768x3072", "3072x768"})
  String inputsByOutputs;

  @Param({"128", "256", "512", "1024"})
  int tokens;

  private final Kernels kernels = new SimdKernels();
  private final TrainingKernels training = new SimdTraining();
  private final Scratch scratch = new Scratch();
  private Matrix input;
  private Matrix outputGradient;
  private Matrix weightGradient;
  private Matrix inputGradient;
  private Projection transposed;

  @Setup
  public void allocate() {
    String[] sizes = inputsByOutputs.split("x");
    int inputs = Integer.parseInt(sizes[0]);
    int outputs = Integer.parseInt(sizes[1]);
    Random random = new Random(1);
    input = Values.gaussian(random, tokens, inputs, 1);
    outputGradient = Values.gaussian(random, tokens, outputs, 1);
    weightGradient = Matrix.allocate(inputs, outputs);
    inputGradient = Matrix.allocate(tokens, inputs);
    PackedMatrix weights = kernels.allocate(inputs, outputs);
    kernels.pack(Values.gaussian(random, inputs, outputs, 0.1), weights, 0);
    transposed = new Projection(weights, new float[inputs], Activation.NONE);
  }

  private double operations() {
    return 2.0 * tokens * input.columns() * outputGradient.columns();
  }

  @Benchmark
  public Matrix weightGradient() {
    measure(
        operations(),
        () -> training.addWeightGradient(input, outputGradient, weightGradient, scratch));
    return weightGradient;
  }

  @Benchmark
  public Matrix inputGradient() {
    measure(operations(), () -> kernels.linear(outputGradient, transposed, inputGradient, scratch));
    return inputGradient;
  }
}
