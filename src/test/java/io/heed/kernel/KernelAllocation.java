package io.heed.kernel;

import com.sun.management.ThreadMXBean;
import io.heed.tensor.Matrix;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * How many bytes a call of each operation leaves in the heap, once it is compiled. A vector that C2
 * does not keep in a register is an object for each step of an inner loop.
 */
final class KernelAllocation {
  /** What {@link SimdTrap} is called here. */
  static final String TRAP = "trap";

  /** Rows of the largest tile: products of fewer go through other loops. */
  private static final int MOST_ROWS = 8;

  /** Every count of rows that a tile can have, and sequences of more than one tile. */
  private static final int[] LENGTHS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 40, 140};

  /** Odd, so that loops have rests. */
  private static final int WIDTH = 45;

  /** More than one block along k. */
  private static final int HIDDEN = 401;

  private static final int HEADS = 9;

  /** Calls in which everything gets compiled. */
  private static final int CALLS = 1_000;

  private static final int MEASURED_ROUNDS = 20;
  private static final int CALLS_PER_ROUND = 10;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Random random = new Random(1);
  private final Scratch scratch = new Scratch();
  private final int[] starts = Values.cumulative(LENGTHS);
  private final int tokens = starts[LENGTHS.length];
  private final Matrix hidden = gaussian(tokens, WIDTH);
  private final Matrix branch = gaussian(tokens, WIDTH);
  private final Matrix context = gaussian(tokens, WIDTH);
  private final Map<String, Runnable> operations = new LinkedHashMap<>();
  private final Kernels kernels;

  private boolean finite;

  private KernelAllocation(Kernels kernels) {
    this.kernels = kernels;
    addProducts();
    addRowOperations();
    addPlainOperations();
    float[] summands = new float[100 * SimdLanes.LANES];
    float[] sums = new float[SimdLanes.LANES];
    operations.put(TRAP, () -> SimdTrap.sum(summands, sums));
  }

  /**
   * Prints a line for each operation, named by its method and a case of it: {@code linear:gelu
   * 216}. With the argument {@code polluted} other vectors are used before the kernels are warmed
   * up; else nothing else is used at first, then lines of the same names begin with {@code
   * polluted:} and say what a call takes after other vectors were used.
   */
  public static void main(String[] arguments) {
    boolean pollutedFirst = arguments.length > 0;
    if (pollutedFirst) {
      SimdPollution.run();
    }
    Kernels kernels = KernelProvider.choose(KernelChoice.SIMD).kernels();
    KernelAllocation allocation = new KernelAllocation(kernels);
    allocation.print(pollutedFirst ? "polluted:" : "clean:");
    if (!pollutedFirst) {
      SimdPollution.run();
      allocation.print("polluted:");
    }
  }

  private void print(String prefix) {
    operations.forEach((name, call) -> System.out.println(prefix + name + " " + bytes(call)));
  }

  /** In a call of the best round: in another one, a method may have been compiled anew. */
  static long bytes(Runnable call) {
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    long best = Long.MAX_VALUE;
    for (int round = 0; round < MEASURED_ROUNDS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS_PER_ROUND; i++) {
        call.run();
      }
      best = Math.min(best, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return best / CALLS_PER_ROUND;
  }

  private void addProducts() {
    Projection plain = projection(HIDDEN, WIDTH, Activation.NONE);
    Projection gelu = projection(HIDDEN, WIDTH, Activation.GELU);
    Projection back = projection(WIDTH, HIDDEN, Activation.NONE);
    Matrix wide = Matrix.allocate(tokens, HIDDEN);
    for (int n = 1; n <= MOST_ROWS; n++) {
      Matrix rows = hidden.rows(0, n);
      Matrix wideRows = wide.rows(0, n);
      Matrix out = context.rows(0, n);
      String name = "linear:" + n;
      operations.put(name, () -> kernels.linear(rows, plain, wideRows, scratch));
      operations.put(name + ":back", () -> kernels.linear(wideRows, back, out, scratch));
    }
    operations.put("linear:gelu", () -> kernels.linear(hidden, gelu, wide, scratch));
    operations.put(
        "linearGated", () -> kernels.linearGated(hidden, gelu, gelu, back, context, scratch));
    operations.put("linearTwice", () -> kernels.linearTwice(hidden, gelu, back, context, scratch));
    Matrix packed = gaussian(tokens, 3 * WIDTH);
    AttentionInputs inputs =
        AttentionInputs.within(
            packed.columns(0, WIDTH),
            packed.columns(WIDTH, 2 * WIDTH),
            packed.columns(2 * WIDTH, 3 * WIDTH),
            starts,
            HEADS);
    AttentionRule rule = AttentionRule.scaledDot(inputs.headWidth());
    operations.put(
        "attention", () -> kernels.attention(inputs, rule, AttentionOutputs.of(context), scratch));
    int reach = Arrays.stream(LENGTHS).max().orElseThrow();
    RelativeBias bias = new RelativeBias(gaussian(HEADS, 2 * reach + 1));
    AttentionRule biased = rule.withBias(Optional.of(bias));
    operations.put(
        "attention:biased",
        () -> kernels.attention(inputs, biased, AttentionOutputs.of(context), scratch));
    int places = KeyValues.RUN_MULTIPLE * LENGTHS.length * 8;
    int[] runs = new int[LENGTHS.length];
    Arrays.setAll(runs, s -> s * 8 * KeyValues.RUN_MULTIPLE);
    CachedInputs cached =
        new CachedInputs(
            inputs.queries(),
            inputs.keys(),
            inputs.values(),
            starts,
            HEADS,
            HEADS,
            kernels.allocateKeyValues(HEADS, WIDTH / HEADS, places),
            0,
            runs,
            new int[LENGTHS.length]);
    operations.put("attentionCached", () -> kernels.attentionCached(cached, context, scratch));
    Matrix weights = gaussian(HIDDEN, WIDTH);
    int[] outputs = {3, 1, HIDDEN - 1};
    Matrix gathered = Matrix.allocate(3, WIDTH);
    operations.put("gather", () -> kernels.gather(plain.weights(), outputs, 3, gathered));
    operations.put("pack", () -> kernels.pack(weights, plain.weights(), 0));
    Matrix transposed = gaussian(WIDTH, HIDDEN);
    operations.put("packTransposed", () -> kernels.packTransposed(transposed, plain.weights(), 0));
    Matrix right = gaussian(WIDTH, WIDTH);
    for (int n = 1; n <= MOST_ROWS; n++) {
      Matrix left = hidden.rows(0, n);
      Matrix product = context.rows(0, n);
      operations.put(
          "multiplyBatch:" + n, () -> kernels.multiplyBatch(left, right, 1, product, scratch));
    }
  }

  private void addRowOperations() {
    Normalization normalization =
        new Normalization(
            Values.gaussian(random, WIDTH, 1), Values.gaussian(random, WIDTH, 1), 1e-12);
    Matrix scores = gaussian(64, 40);
    Matrix manyScores = gaussian(64, 200);
    Matrix part = gaussian(tokens, 2 * WIDTH).columns(0, WIDTH);
    operations.put("softmax", () -> kernels.softmax(scores, 0.5f, scratch));
    operations.put("softmax:many", () -> kernels.softmax(manyScores, 0.5f, scratch));
    for (Activation activation : Activation.values()) {
      operations.put("activate:" + activation, () -> kernels.activate(activation, branch));
      operations.put("activate:" + activation + ":part", () -> kernels.activate(activation, part));
    }
    double[] sums = new double[64];
    operations.put("logSumExp", () -> kernels.logSumExp(manyScores, sums, scratch));
    operations.put("add", () -> kernels.add(branch, context));
    operations.put("layerNorm", () -> kernels.layerNorm(branch, normalization, context, scratch));
    operations.put(
        "addLayerNorm", () -> kernels.addLayerNorm(branch, normalization, context, scratch));
    RmsNormalization rms = new RmsNormalization(Values.gaussian(random, WIDTH, 1), 1e-6);
    operations.put("rmsNorm", () -> kernels.rmsNorm(branch, rms, context, scratch));
    operations.put("multiply", () -> kernels.multiply(branch, context));
    Rotation rotation = new Rotation(gaussian(tokens, 8), gaussian(tokens, 8));
    Matrix rotated = branch.columns(0, 32);
    operations.put("rotate", () -> kernels.rotate(rotated, 16, rotation, 0));
    Dropout dropout = new Dropout(0.1, 1);
    operations.put("drop", () -> kernels.drop(dropout, starts, branch));
    operations.put("normalizeRows", () -> kernels.normalizeRows(hidden, scratch));
  }

  private void addPlainOperations() {
    Matrix positions = gaussian(Arrays.stream(LENGTHS).max().orElseThrow(), WIDTH);
    Matrix embedded = gaussian(tokens, WIDTH);
    Matrix pooled = Matrix.allocate(LENGTHS.length, WIDTH);
    int[] places = new int[tokens];
    operations.put("addRows", () -> kernels.addRows(positions, places, embedded));
    operations.put(
        "scaleAndAddPositions",
        () -> kernels.scaleAndAddPositions(embedded, 0.5f, positions, starts));
    operations.put("meanPool", () -> kernels.meanPool(hidden, starts, pooled));
    operations.put("meanRows", () -> kernels.meanRows(positions, places, starts, pooled));
    operations.put("maxPool", () -> kernels.maxPool(hidden, starts, pooled));
    operations.put("allFinite", () -> finite |= kernels.allFinite(hidden));
  }

  private Matrix gaussian(int rows, int columns) {
    return Values.gaussian(random, rows, columns, 1);
  }

  private Projection projection(int outputs, int inputs, Activation activation) {
    float[] bias = Values.gaussian(random, outputs, 1);
    return Values.projection(kernels, gaussian(outputs, inputs), bias, activation);
  }
}
