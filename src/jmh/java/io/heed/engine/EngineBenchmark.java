package io.heed.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.RandomRows;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.kernel.CountedKernels;
import io.heed.kernel.FmaPeak;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.PassBenchmark;
import io.heed.kernel.VectorBenchmark;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.row.Rejectable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One thread, from rows of token ids to pooled, normalised vectors, in the order of the rows: the
 * work that another engine can be given, too. Floating-point operations are those of products, the
 * ones that the formulas of the model need. {@link VectorBenchmark} says how it runs:
 *
 * <pre>
 * java -cp … org.openjdk.jmh.Main EngineBenchmark -p checkpoint=MODEL -p rows=ROWS.jsonl
 * </pre>
 *
 * <p>MODEL is the checkpoint of an encoder, and each line of ROWS.jsonl an object with {@code
 * input_ids}. Without them the sample's checkpoint takes random rows of log-normal length.
 */
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class EngineBenchmark extends PassBenchmark {
  @Param({"sample-data/checkpoint"})
  String checkpoint;

  @Param({"lognormal"})
  String rows;

  @Param({"30000"})
  int randomTokens;

  @Param({"1024"})
  int batchTokens;

  private List<int[]> sequences;
  private EmbeddingBatches batches;
  private EmbeddingEngine engine;
  private double operations;
  private long tokens;

  @Setup
  public void load() throws IOException {
    Kernels kernels = KernelProvider.choose(KernelChoice.SIMD).kernels();
    CountedKernels counted = new CountedKernels(kernels);
    load(counted.kernels());
    begin();
    embedAll();
    operations = counted.operations();
    tokens = sequences.stream().mapToLong(ids -> ids.length).sum();
    load(kernels);
  }

  private void load(Kernels kernels) throws IOException {
    try (ModelCheckpoint opened = ModelCheckpoint.open(Path.of(checkpoint))) {
      engine =
          new EmbeddingEngine(
              new ModelEncoder(
                  opened.load(kernels),
                  kernels,
                  Poolings.of(Pooling.MEAN),
                  VectorEnding.whole(VectorNorm.L2)),
              kernels);
      sequences =
          rows.endsWith(".jsonl")
              ? read(Path.of(rows))
              : RandomRows.of(rows, randomTokens, opened.spec().vocabulary());
    }
  }

  private static List<int[]> read(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<int[]> read = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      read.add(ids(json.readTree(line).get("input_ids")));
    }
    return read;
  }

  private static int[] ids(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  /** Each pass begins with working memory of its own, as a task does. */
  @Setup(Level.Iteration)
  public void begin() {
    batches = new EmbeddingBatches(engine, batchTokens);
  }

  /** All rows. */
  @Benchmark
  public int embed() {
    return time(this::embedAll);
  }

  private int embedAll() {
    BatchStream<int[], RowTokens, EmbeddedRow> stream =
        new BatchStream<>(
            sequences.iterator(),
            ids -> Rejectable.of(new RowTokens(ids, false)),
            ids -> (long) Integer.BYTES * ids.length,
            batches);
    int vectors = 0;
    while (stream.hasNext()) {
      vectors += stream.next().result().value().vectors().length;
    }
    return vectors;
  }

  /** Prints the median of the measured passes, and the peak. */
  @TearDown
  public void print() {
    double median = median();
    System.out.printf(
        "%n%s, %d rows, %.1f MFLOP a token, %.0f tokens/s: %s%n",
        checkpoint,
        sequences.size(),
        operations / tokens / 1e6,
        tokens / median * 1e9,
        FmaPeak.compare(operations / median));
  }
}
