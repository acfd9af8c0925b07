package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first second of the SIMD kernels in a JVM. Vector code is many times slower before C2 has
 * compiled it, so the loops of products, softmax, activations and norms, in which most time goes,
 * are run until that has happened; then the results of {@link SelfCheck} are compared with those of
 * the reference, and the speed of a product with that of plain multiply-adds.
 */
final class SimdStart {
  private static final Logger LOG = LoggerFactory.getLogger(SimdStart.class);

  /** Rounds after which C2 has met every loop often enough, about a second. */
  private static final int ROUNDS = 40;

  private static final int CALLS_PER_ROUND = 50;
  private static final long LONGEST_CPU_NANOS = 3_000_000_000L;

  /** Depth of the tiles in the warm-up: odd, and a loop long enough to look like one. */
  private static final int DEPTH = 17;

  /** Enough for every loop of softmax, and a rest. */
  private static final int SCORES = 200;

  private static final int PEAK_ROUNDS = 50;

  /** Every CPU with fused multiply-adds does more in compiled code, and none in other code. */
  private static final double LEAST_GIGAFLOPS = 4;

  /** A product of compiled tiles does more than this part of the peak, of others a hundredth. */
  static final double LEAST_PART_OF_PEAK = 0.2;

  /** Long enough for C2 to compile a loop, where another thread would have the only core. */
  private static final int COMPILER_MILLIS = 100;

  /** How many multiplications are timed together, far longer than a look at the clock. */
  private static final int TIMED_TOGETHER = 5;

  /**
   * What is spent until the kernels are fast, at most. Their compiler needs time on a core, of
   * which a busy machine gives little for each second on the wall.
   */
  record Budget(long startNanos, long startCpuNanos) {
    private static final long CPU_NANOS = 10_000_000_000L;
    private static final long WALL_NANOS = 60_000_000_000L;

    static Budget start() {
      return new Budget(System.nanoTime(), CpuTime.ofProcess());
    }

    long wallNanos() {
      return System.nanoTime() - startNanos;
    }

    long cpuNanos() {
      return CpuTime.ofProcess() - startCpuNanos;
    }

    boolean isSpent() {
      // Other threads of this JVM, too, may have used the cores.
      return wallNanos() > WALL_NANOS || wallNanos() > CPU_NANOS && cpuNanos() > CPU_NANOS;
    }
  }

  private SimdStart() {}

  /**
   * Warms the kernels up.
   *
   * @return what was measured, for the log
   * @throws IllegalStateException when a result differs from that of the reference, or the JVM does
   *     not compile vector code
   */
  static String run() {
    Budget budget = Budget.start();
    warmUp();
    compareWithReference();
    double peak = peak();
    double product = productGigaflops();
    // Where cores are busy, C2 comes late; rows would only be computed slowly meanwhile.
    while (product < LEAST_PART_OF_PEAK * peak && !budget.isSpent()) {
      leaveTheCoreToTheCompiler();
      warmUp();
      product = productGigaflops();
    }
    return told("product", product, peak, budget);
  }

  /** What was measured, for the log, which is warned where the kernels are slow. */
  static String told(String what, double gigaflops, double peak, Budget budget) {
    boolean isSlow = gigaflops < LEAST_PART_OF_PEAK * peak;
    String told =
        String.format(
            Locale.ROOT,
            "%d lanes, %s %.0f of %.0f GFLOP/s, %s after %.1f s, %.1f s of CPU",
            SimdLanes.LANES,
            what,
            gigaflops,
            peak,
            isSlow ? "still slow" : "warm",
            budget.wallNanos() / 1e9,
            budget.cpuNanos() / 1e9);
    if (isSlow) {
      LOG.warn("This JVM has not compiled the SIMD kernels yet, and is slow until then: {}", told);
    }
    return told;
  }

  static double peak() {
    Budget budget = Budget.start();
    double peak = SimdPeak.gigaflops(PEAK_ROUNDS);
    while (peak < LEAST_GIGAFLOPS && !budget.isSpent()) {
      leaveTheCoreToTheCompiler();
      peak = SimdPeak.gigaflops(1);
    }
    if (peak < LEAST_GIGAFLOPS) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "the JVM does not compile vector code (%.1f GFLOP/s): is C2 off?",
              peak));
    }
    return peak;
  }

  private static void compareWithReference() {
    Map<String, double[]> expected = SelfCheck.run(new ReferenceKernels());
    String operation = SelfCheck.firstDifference(expected, SelfCheck.run(new SimdKernels()));
    if (!operation.isEmpty()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "%s differs from the reference in bits on this CPU and JVM", operation));
    }
  }

  static void leaveTheCoreToTheCompiler() {
    try {
      Thread.sleep(COMPILER_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void warmUp() {
    long deadline = CpuTime.ofThread() + LONGEST_CPU_NANOS;
    for (int round = 0; round < ROUNDS && CpuTime.ofThread() < deadline; round++) {
      for (int call = 0; call < CALLS_PER_ROUND; call++) {
        warmUpTiles(SimdLinear.TILES);
        warmUpTiles(SimdAttention.TILES);
        warmUpRows();
      }
    }
  }

  private static void warmUpTiles(SimdTiles tiles) {
    int width = tiles.width();
    float[] a = new float[tiles.rows() * DEPTH];
    float[] b = new float[DEPTH * width];
    float[] bias = new float[width];
    float[] c = new float[tiles.rows() * width];
    for (int rows = 1; rows <= tiles.rows(); rows++) {
      tiles.sum(rows, DEPTH, a, 0, DEPTH, b, 0, bias, 0, c, 0, width);
    }
  }

  private static void warmUpRows() {
    Scratch scratch = new Scratch();
    Kernels kernels = new SimdKernels();
    Matrix row = Matrix.allocate(1, SCORES);
    float[] parameters = new float[SCORES];
    kernels.softmax(row, 1f, scratch);
    for (Activation activation : Activation.values()) {
      kernels.activate(activation, row);
    }
    Normalization normalization = new Normalization(parameters, parameters, 1e-12);
    kernels.addLayerNorm(Matrix.allocate(1, SCORES), normalization, row, scratch);
    kernels.layerNorm(row, normalization, row, scratch);
    kernels.rmsNorm(row, new RmsNormalization(parameters, 1e-12), row, scratch);
  }

  /** The speed of a product that fits in the caches, by this thread's time on a core. */
  private static double productGigaflops() {
    SimdTiles tiles = SimdLinear.TILES;
    int width = tiles.width();
    int depth = Kernels.K_BLOCK;
    int m = 8 * tiles.rows();
    float[] a = new float[m * depth];
    float[] b = new float[depth * width];
    float[] c = new float[m * width];
    Scratch scratch = new Scratch();
    double best = 0;
    for (int round = 0; round < PEAK_ROUNDS; round++) {
      long start = CpuTime.ofThread();
      for (int call = 0; call < TIMED_TOGETHER; call++) {
        tiles.multiply(m, width, 0, depth, a, 0, depth, b, 0, c, 0, width, scratch);
      }
      long nanos = CpuTime.ofThread() - start;
      best = Math.max(best, 2.0 * TIMED_TOGETHER * m * width * depth / nanos);
    }
    return best;
  }
}
