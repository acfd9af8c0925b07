package io.heed.model;

import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.batch.RandomRows;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.kernel.FmaPeak;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.PassBenchmark;
import io.heed.kernel.VectorBenchmark;
import io.heed.layer.Workspace;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole encoder on one packed batch, random weights. Floating-point operations are those of the
 * projections and of attention, two for each multiply-add; each run prints its median call beside
 * the multiply-add peak of the same JVM. {@link VectorBenchmark} says how it runs.
 */
@Warmup(iterations = 10)
@Measurement(iterations = 15)
public class EncoderBenchmark extends PassBenchmark {
  private static final int VOCABULARY = 1000;

  /** Layers x width. */
  @Param({"6x384", "12x768"})
  String model;

  /** Tokens in each sequence, or {@code lognormal}: median 60, 4 to 512. */
  @Param({"128", "lognormal", "16", "512"})
  String length;

  @Param({"1024"})
  int batchTokens;

  private final Workspace workspace = new Workspace();
  private Transformer encoder;
  private PackedBatch batch;
  private double operations;

  @Setup
  public void load() throws IOException {
    int layers = Integer.parseInt(model.split("x")[0]);
    int width = Integer.parseInt(model.split("x")[1]);
    Path directory = Files.createTempDirectory("heed-benchmark-");
    BertCheckpointFixture.of(layers, width, 12, VOCABULARY, 1).write(directory);
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      encoder = checkpoint.load(KernelProvider.choose(KernelChoice.SIMD).kernels());
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
    List<int[]> sequences = RandomRows.of(length, batchTokens, VOCABULARY);
    batch = PackedBatch.of(sequences);
    for (int[] sequence : sequences) {
      double tokens = sequence.length;
      operations += layers * (24 * tokens * width * width + 4 * tokens * tokens * width);
    }
  }

  /** One batch. */
  @Benchmark
  public Matrix encode() {
    return time(() -> encoder.hiddenStates(batch, workspace));
  }

  /** Prints the speed of the median call, and the peak. */
  @TearDown
  public void print() {
    System.out.printf(
        "%n%s, length %s, %d tokens: %s%n",
        model, length, batch.tokens(), FmaPeak.compare(operations / median()));
  }
}
