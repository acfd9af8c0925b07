package io.heed.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How the benchmarks of kernels run, and what each prints at its end. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public abstract class KernelBenchmark extends VectorBenchmark {
  /** In units a nanosecond. */
  private double best;

  /**
   * Runs {@code call}, which does so many units of work, and remembers the best rate of all calls:
   * the best, because another process can only slow a call down.
   */
  final void measure(double units, Runnable call) {
    long start = System.nanoTime();
    call.run();
    best = Math.max(best, units / (System.nanoTime() - start));
  }

  /**
   * The best rate, for a person. Here the units are floating-point operations, and their rate
   * stands beside the multiply-add peak of the same JVM.
   */
  String text(double unitsPerNano) {
    return FmaPeak.compare(unitsPerNano);
  }

  /** Prints the best rate. */
  @TearDown
  public void print() {
    System.out.println(text(best));
  }
}
