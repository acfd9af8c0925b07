package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What a training step does value by value, on 512 rows; each value may be touched many times.
 * {@link TrainingBenchmark} says how to run it.
 */
public class TrainingRowsBenchmark extends KernelBenchmark {
  private static final int ROWS = 512;

  @Param({"384", "768"})
  int width;

  @Param({"simd", "reference"})
  String kernel;

  private final Scratch scratch = new Scratch();
  private final AdamStep step = AdamStep.of(1, 1e-3, 0.9, 0.95, 1e-8, 0.1, 10);
  private TrainingKernels training;
  private Matrix hidden;
  private Matrix gradient;
  private Matrix sum;
  private Matrix row;
  private Normalization normalization;
  private AdamSlice slice;
  private int[] targets;
  private double[] losses;

  @Setup
  public void allocate() {
    training = kernel.equals("simd") ? new SimdTraining() : new ReferenceTraining();
    Random random = new Random(1);
    hidden = Values.gaussian(random, ROWS, width, 1);
    gradient = Values.gaussian(random, ROWS, width, 1);
    sum = Matrix.allocate(ROWS, width);
    row = Matrix.allocate(1, width);
    normalization =
        new Normalization(
            Values.gaussian(random, width, 1), Values.gaussian(random, width, 1), 1e-5);
    slice = new AdamSlice(gradient.data(), new float[ROWS * width], new float[ROWS * width]);
    targets = new int[ROWS];
    Arrays.setAll(targets, r -> r % width);
    losses = new double[ROWS];
  }

  private void measure(Runnable call) {
    measure(ROWS * width, call);
  }

  @Override
  String text(double valuesPerNano) {
    return "%.2f values/ns".formatted(valuesPerNano);
  }

  @Benchmark
  public void geluTanhGradient() {
    measure(() -> training.activateWithGradient(Activation.GELU_TANH, hidden, sum));
  }

  @Benchmark
  public void geluGradient() {
    measure(() -> training.activateWithGradient(Activation.GELU, hidden, sum));
  }

  @Benchmark
  public void layerNormGradient() {
    measure(
        () ->
            training.addLayerNormGradient(hidden, normalization, gradient, sum, row, row, scratch));
  }

  @Benchmark
  public void biasGradient() {
    measure(() -> training.addBiasGradient(gradient, row));
  }

  @Benchmark
  public void crossEntropy() {
    measure(() -> training.crossEntropy(sum, targets, 0, losses, scratch));
  }

  @Benchmark
  public void adamW() {
    measure(() -> training.adamW(step, hidden.data(), 0, slice, 0, ROWS * width));
  }

  @Benchmark
  public double sumOfSquares() {
    double[] squares = new double[1];
    measure(() -> squares[0] = training.sumOfSquares(hidden.data(), 0, ROWS * width, scratch));
    return squares[0];
  }
}
