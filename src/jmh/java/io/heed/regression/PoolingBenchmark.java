package io.heed.regression;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Attention pooling beside the exponential that it cannot do without: nanoseconds per pair of a
 * query and a key, {@code learn} with the gradient, and per number for the exponentials, ours and
 * the JDK's, over numbers in the first cache. One thread.
 *
 * <pre>java -cp … org.openjdk.jmh.Main PoolingBenchmark</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PoolingBenchmark {
  private static final int KEYS = 1 << 14;
  private static final int QUERIES = PoolingTile.QUERIES;
  private static final int NUMBERS = 1 << 10;

  /** Features. */
  @Param({"1", "8", "64"})
  int d;

  private Keys keys;
  private Pooler pooler;
  private double[][] queries;
  private LeaveOneOut training;
  private final double[] numbers = new double[NUMBERS];
  private final double[] results = new double[NUMBERS];

  @Setup
  public void open() {
    WorkedExample data = WorkedExample.random(1, KEYS, d);
    keys = data.keys();
    pooler = new Pooler(keys, 1.5);
    queries = WorkedExample.random(2, QUERIES, d).inputs();
    training = new LeaveOneOut(null, keys, QUERIES);
  }

  @Setup(Level.Iteration)
  public void draw() {
    Random random = new Random(3);
    Arrays.setAll(numbers, i -> -20 * random.nextDouble());
  }

  @Benchmark
  @OperationsPerInvocation(KEYS * QUERIES)
  public double[] predict() {
    return pooler.predict(queries);
  }

  @Benchmark
  @OperationsPerInvocation(KEYS * QUERIES)
  public Object learn() {
    return training.at(1.5);
  }

  @Benchmark
  @OperationsPerInvocation(NUMBERS)
  public double[] exponentials() {
    System.arraycopy(numbers, 0, results, 0, NUMBERS);
    FastExp.near(results);
    return results;
  }

  @Benchmark
  @OperationsPerInvocation(NUMBERS)
  public double[] exponentialsOfTheJdk() {
    for (int i = 0; i < NUMBERS; i++) {
      results[i] = Math.exp(numbers[i]);
    }
    return results;
  }
}
