package io.heed.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How the benchmarks of kernels run, and what each prints at its end. After {@code mvn
 * test-compile}, with the beginning of a benchmark's name:
 *
 * <pre>
 * mvn -q dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp target/test-classes:target/classes:$(cat target/classpath) org.openjdk.jmh.Main Linear
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector"})
public abstract class KernelBenchmark {
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
