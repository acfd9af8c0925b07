package io.heed.layer;

import io.heed.batch.PackedVectors;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.FmaPeak;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.PassBenchmark;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Self-attention of 8 heads and a width of 512 over 10,000 rows, the four maps included, in batches
 * of 1,024 vectors. Each run prints its median pass beside the multiply-add peak of the same JVM.
 * {@link io.heed.kernel.VectorBenchmark} says how it runs.
 */
@Warmup(iterations = 1)
@Measurement(iterations = 5)
public class MultiHeadAttentionBenchmark extends PassBenchmark {
  private static final int WIDTH = 512;
  private static final int HEADS = 8;
  private static final int ROWS = 10_000;
  private static final int BATCH = 1024;

  /** Vectors in each row, a divisor of a batch. */
  @Param({"32", "128"})
  int length;

  private final Workspace workspace = new Workspace();
  private MultiHeadAttention attention;
  private PackedVectors batch;

  @Setup
  public void allocate() {
    Random random = new Random(1);
    Optional<LinearMap> map =
        Optional.of(LinearMap.of(gaussian(random, WIDTH, 1 / Math.sqrt(WIDTH))));
    attention =
        new MultiHeadAttention(
            KernelProvider.choose(KernelChoice.SIMD).kernels(),
            HEADS,
            new AttentionMaps(map, map, map, map),
            AttentionScore.scaledDot());
    int[] starts = new int[BATCH / length + 1];
    Arrays.setAll(starts, s -> s * length);
    batch = new PackedVectors(gaussian(random, BATCH, 1), starts);
  }

  private static Matrix gaussian(Random random, int rows, double deviation) {
    Matrix matrix = Matrix.allocate(rows, WIDTH);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) (random.nextGaussian() * deviation);
    }
    return matrix;
  }

  /** All rows. */
  @Benchmark
  public Matrix attend() {
    return time(
        () -> {
          Matrix context = null;
          for (int b = 0; b < batches(); b++) {
            context =
                attention
                    .attend(batch, batch, AttentionMask.none(), WeightsOut.DROPPED, workspace)
                    .context();
          }
          return context;
        });
  }

  private int batches() {
    return ROWS * length / BATCH;
  }

  /** Prints the speed of the median pass, and the peak. */
  @TearDown
  public void print() {
    double operations = (double) batches() * BATCH * (8.0 * WIDTH * WIDTH + 4.0 * length * WIDTH);
    System.out.printf(
        "%n%d heads x %d, %d rows of %d: %s%n",
        HEADS, WIDTH / HEADS, ROWS, length, FmaPeak.compare(operations / median()));
  }
}
