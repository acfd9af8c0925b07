package io.heed.model;

import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.kernel.FmaPeak;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.MemoryPeak;
import io.heed.kernel.PassBenchmark;
import io.heed.kernel.VectorBenchmark;
import io.heed.layer.KeyValueCache;
import io.heed.layer.KeyValueCache.Run;
import io.heed.layer.Workspace;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One step of generation in a model of GPT-2's smallest size, random weights: the next token of
 * each of some rows, with logits. Each run prints its median step beside what has to be read, all
 * weights once and the cached keys and values of each row, and beside the multiply-add peak. {@link
 * VectorBenchmark} says how it runs.
 */
@Warmup(iterations = 10)
@Measurement(iterations = 15)
public class DecoderBenchmark extends PassBenchmark {
  private static final int LAYERS = 12;
  private static final int WIDTH = 768;
  private static final int VOCABULARY = 50_257;
  private static final int POSITIONS = 1024;
  private static final int PROMPT_PART = 256;

  /** Rows at a time, and tokens that each has behind it. */
  @Param({"1@10", "1@990", "8@10", "8@990", "64@10"})
  String rowsAtPosition;

  private final Random random = new Random(1);
  private final Workspace workspace = new Workspace();
  private TransformerDecoder decoder;
  private KeyValueCache cache;
  private List<Run> runs;
  private int rows;
  private int position;

  @Setup
  public void load() throws IOException {
    String[] parts = rowsAtPosition.split("@");
    rows = Integer.parseInt(parts[0]);
    position = Integer.parseInt(parts[1]);
    Kernels kernels = KernelProvider.choose(KernelChoice.SIMD).kernels();
    Path directory = Files.createTempDirectory("heed-benchmark-");
    GptCheckpointFixture.of(Form.GPT2, LAYERS, WIDTH, 12, VOCABULARY, 1)
        .withMaxPositionEmbeddings(POSITIONS)
        .write(directory);
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      decoder = (TransformerDecoder) checkpoint.load(kernels);
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
    cache = new KeyValueCache(kernels, decoder.spec().cacheShape(), rows * POSITIONS);
    runs = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Run run = cache.reserve(POSITIONS).orElseThrow();
      runs.add(run);
      while (run.tokens() < position) {
        int[] prompt = ids(Math.min(PROMPT_PART, position - run.tokens()));
        decoder.hiddenStates(PackedBatch.of(List.of(prompt)), cache, List.of(run), workspace);
      }
    }
  }

  private int[] ids(int count) {
    return random.ints(count, 0, VOCABULARY).toArray();
  }

  /** One step. */
  @Benchmark
  public Matrix step() {
    PackedBatch batch = PackedBatch.of(Collections.nCopies(rows, ids(1)));
    int[] all = IntStream.range(0, rows).toArray();
    return time(
        () -> {
          Matrix hidden = decoder.hiddenStates(batch, cache, runs, workspace);
          return decoder.logits(hidden, all, workspace);
        });
  }

  /** Prints the median step, and the limits. */
  @TearDown
  public void print() {
    double weights = 12.0 * LAYERS * WIDTH * WIDTH + (double) VOCABULARY * WIDTH;
    double keysAndValues = 2.0 * LAYERS * WIDTH * (position + 1) * rows;
    double nanos = median();
    System.out.printf(
        "%n%d rows at position %d: %.1f ms a step, %.1f tokens/s; %s; %s%n",
        rows,
        position,
        nanos / 1e6,
        rows * 1e9 / nanos,
        MemoryPeak.compare((weights + keysAndValues) * Float.BYTES / nanos),
        FmaPeak.compare(2 * (weights * rows + keysAndValues) / nanos));
  }
}
