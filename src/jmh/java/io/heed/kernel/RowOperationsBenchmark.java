package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The operations along rows, on 512 rows. {@link KernelBenchmark} says how it runs. */
public class RowOperationsBenchmark extends KernelBenchmark {
  private static final int ROWS = 512;
  private static final int WIDTH = 384;

  @Param({"simd", "reference"})
  String kernel;

  private final Random random = new Random(1);
  private final Matrix hidden = Values.gaussian(random, ROWS, WIDTH, 1);
  private final Matrix branch = Values.gaussian(random, ROWS, WIDTH, 1);
  private final Normalization normalization =
      new Normalization(
          Values.gaussian(random, WIDTH, 1), Values.gaussian(random, WIDTH, 1), 1e-12);
  private final Scratch scratch = new Scratch();
  private Kernels kernels;

  @Setup
  public void chooseKernels() {
    kernels = kernel.equals("simd") ? new SimdKernels() : new ReferenceKernels();
  }

  private void measure(Runnable call) {
    measure(ROWS * WIDTH, call);
  }

  @Override
  String text(double valuesPerNano) {
    return "%.2f values/ns".formatted(valuesPerNano);
  }

  @Benchmark
  public void gelu() {
    measure(() -> kernels.activate(Activation.GELU, hidden));
  }

  @Benchmark
  public void softmax() {
    measure(() -> kernels.softmax(hidden, 0.5f, scratch));
  }

  @Benchmark
  public void layerNorm() {
    measure(() -> kernels.layerNorm(branch, normalization, hidden, scratch));
  }

  @Benchmark
  public void addLayerNorm() {
    measure(() -> kernels.addLayerNorm(branch, normalization, hidden, scratch));
  }

  @Benchmark
  public void rmsNorm() {
    RmsNormalization rms = new RmsNormalization(normalization.gain(), 1e-6);
    measure(() -> kernels.rmsNorm(branch, rms, hidden, scratch));
  }

  @Benchmark
  public void normalizeRows() {
    measure(() -> kernels.normalizeRows(hidden, scratch));
  }
}
