package io.heed.engine;

import io.heed.kernel.CpuTime;
import java.util.function.Supplier;

/**
 * Time spent in a computation: on the wall, and on the core by the thread that computes. Not
 * thread-safe.
 */
public final class ComputeTime {
  private long wallNanos;
  private long cpuNanos;

  /** Runs a part of the computation that yields nothing. */
  void run(Runnable part) {
    measure(
        () -> {
          part.run();
          return null;
        });
  }

  /** Runs a part of the computation. */
  <R> R measure(Supplier<R> part) {
    long wall = System.nanoTime();
    long cpu = CpuTime.ofThread();
    R result = part.get();
    cpuNanos += CpuTime.ofThread() - cpu;
    wallNanos += System.nanoTime() - wall;
    return result;
  }

  /** Nanoseconds from the beginnings of all parts to their ends. */
  public long wallNanos() {
    return wallNanos;
  }

  /** Nanoseconds of these that the thread was on a core; see {@link CpuTime#ofThread}. */
  public long cpuNanos() {
    return cpuNanos;
  }
}
