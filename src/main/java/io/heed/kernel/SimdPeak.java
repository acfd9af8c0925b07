package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import jdk.incubator.vector.FloatVector;

/** How fast this thread can multiply and add at all: the mark that products are measured by. */
final class SimdPeak {
  /** Enough independent sums to hide the latency of two multiply-adds a cycle. */
  private static final int SUMS = 12;

  private static final int STEPS = 100_000;

  /** Written, so that the sums are needed. */
  private static volatile float sink;

  private SimdPeak() {}

  /**
   * Fused multiply-adds in GFLOP/s of this thread's time on a core, the best of {@code rounds},
   * each a fraction of a millisecond.
   */
  static double gigaflops(int rounds) {
    float[] sums = new float[LANES];
    double best = 0;
    for (int round = 0; round < rounds; round++) {
      long start = CpuTime.ofThread();
      multiplyAdd(sums, STEPS);
      long nanos = CpuTime.ofThread() - start;
      best = Math.max(best, 2.0 * SUMS * LANES * STEPS / nanos);
    }
    sink = sums[0];
    return best;
  }

  private static void multiplyAdd(float[] sums, int steps) {
    final FloatVector a =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, sums[0] + 1e-6f));
    final FloatVector b = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, 0.5f));
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    FloatVector c5 = c0;
    FloatVector c6 = c0;
    FloatVector c7 = c0;
    FloatVector c8 = c0;
    FloatVector c9 = c0;
    FloatVector c10 = c0;
    FloatVector c11 = c0;
    for (int i = 0; i < steps; i++) {
      c0 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c0));
      c1 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c1));
      c2 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c2));
      c3 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c3));
      c4 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c4));
      c5 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c5));
      c6 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c6));
      c7 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c7));
      c8 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c8));
      c9 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c9));
      c10 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c10));
      c11 = a.fma(b, (FloatVector) FLOAT_VECTOR.cast(c11));
    }
    c0 = ((FloatVector) FLOAT_VECTOR.cast(c0)).add((FloatVector) FLOAT_VECTOR.cast(c1));
    c2 = ((FloatVector) FLOAT_VECTOR.cast(c2)).add((FloatVector) FLOAT_VECTOR.cast(c3));
    c4 = ((FloatVector) FLOAT_VECTOR.cast(c4)).add((FloatVector) FLOAT_VECTOR.cast(c5));
    c6 = ((FloatVector) FLOAT_VECTOR.cast(c6)).add((FloatVector) FLOAT_VECTOR.cast(c7));
    c8 = ((FloatVector) FLOAT_VECTOR.cast(c8)).add((FloatVector) FLOAT_VECTOR.cast(c9));
    c10 = ((FloatVector) FLOAT_VECTOR.cast(c10)).add((FloatVector) FLOAT_VECTOR.cast(c11));
    c0 = ((FloatVector) FLOAT_VECTOR.cast(c0)).add((FloatVector) FLOAT_VECTOR.cast(c2));
    c4 = ((FloatVector) FLOAT_VECTOR.cast(c4)).add((FloatVector) FLOAT_VECTOR.cast(c6));
    c0 = ((FloatVector) FLOAT_VECTOR.cast(c0)).add((FloatVector) FLOAT_VECTOR.cast(c4));
    c0 = ((FloatVector) FLOAT_VECTOR.cast(c0)).add((FloatVector) FLOAT_VECTOR.cast(c8));
    c0 = ((FloatVector) FLOAT_VECTOR.cast(c0)).add((FloatVector) FLOAT_VECTOR.cast(c10));
    ((FloatVector) FLOAT_VECTOR.cast(c0)).intoArray(sums, 0);
  }
}
