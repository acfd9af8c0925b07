package io.heed.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/** A benchmark of passes that take long: each is timed alone, and their median counts. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public abstract class PassBenchmark extends VectorBenchmark {
  private final List<Long> nanos = new ArrayList<>();

  /** Runs {@code pass} and remembers how long it took. */
  protected final <T> T time(Supplier<T> pass) {
    long start = System.nanoTime();
    T result = pass.get();
    nanos.add(System.nanoTime() - start);
    return result;
  }

  /** Passes that warm up do not count. */
  @TearDown(Level.Iteration)
  public void forgetWarmUp(IterationParams iteration) {
    if (iteration.getType() == IterationType.WARMUP) {
      nanos.clear();
    }
  }

  /** The median of the passes, in nanoseconds. */
  protected final double median() {
    return nanos.stream().sorted().toList().get(nanos.size() / 2);
  }
}
