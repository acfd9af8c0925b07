package io.heed.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.kernel.PassBenchmark;
import io.heed.kernel.VectorBenchmark;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.io.FileUtils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One thread, from texts to the vectors of a StaticEmbedding, beside its tokenizer alone: random
 * vectors, and sentences of the sample. {@link VectorBenchmark} says how it runs; {@code -p
 * tokenizer=DIR} takes the {@code tokenizer.json} of another checkpoint.
 */
@Warmup(iterations = 5)
@Measurement(iterations = 15)
public class TableBenchmark extends PassBenchmark {
  private static final int ROWS = 4000;

  @Param({"sample-data/checkpoint"})
  String tokenizer;

  @Param({"256", "1024"})
  int width;

  /** In a text. */
  @Param({"1", "8"})
  int sentences;

  @Param({"16384"})
  int batchTokens;

  private Path directory;
  private List<String> texts;
  private TextInput input;
  private TextTokenizer opened;
  private EmbeddingEngine engine;

  @Setup
  public void write() throws IOException {
    directory = Files.createTempDirectory("heed-table");
    Path json = Path.of(tokenizer, "tokenizer.json");
    Files.copy(json, directory.resolve("tokenizer.json"));
    int vocabulary = new ObjectMapper().readTree(json.toFile()).path("model").path("vocab").size();
    Random random = new Random(1);
    float[] values = new float[vocabulary * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    new SafetensorsWriter()
        .add("embedding.weight", new int[] {vocabulary, width}, values)
        .write(directory.resolve("model.safetensors"));
    Files.writeString(
        directory.resolve("modules.json"),
        "[{\"path\": \"\", \"type\": \"sentence_transformers.models.StaticEmbedding\"}]");
    load();
    texts = texts(random);
  }

  private void load() {
    Kernels kernels = KernelProvider.choose(KernelChoice.SIMD).kernels();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      engine =
          new EmbeddingEngine(
              new ModelEncoder(
                  checkpoint.load(kernels),
                  kernels,
                  Poolings.of(Pooling.MEAN),
                  VectorEnding.whole(VectorNorm.L2)),
              kernels);
      opened = ModelTokenizer.open(checkpoint.files());
      input = new TextInput(opened, "", Integer.MAX_VALUE);
    }
  }

  private List<String> texts(Random random) throws IOException {
    List<String> all = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("sample-data/sentences.jsonl"))) {
      JsonNode text = new ObjectMapper().readTree(line).path("text");
      if (text.isTextual()) {
        all.add(text.asText());
      }
    }
    List<String> made = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      List<String> some = new ArrayList<>();
      for (int i = 0; i < sentences; i++) {
        some.add(all.get(random.nextInt(all.size())));
      }
      made.add(String.join(" ", some));
    }
    return made;
  }

  /** Tokens alone. */
  @Benchmark
  public long tokens() {
    return time(() -> texts.stream().mapToLong(text -> input.tokens(text).value().count()).sum());
  }

  /** Vectors. */
  @Benchmark
  public long vectors() {
    return time(this::embedAll);
  }

  private long embedAll() {
    BatchStream<String, RowTokens, EmbeddedRow> stream =
        new BatchStream<>(
            texts.iterator(),
            input::tokens,
            text -> text.length(),
            new EmbeddingBatches(engine, batchTokens));
    long vectors = 0;
    while (stream.hasNext()) {
      vectors += stream.next().result().value().vectors().length;
    }
    return vectors;
  }

  /** Prints the rows of a second. */
  @TearDown
  public void print() throws IOException {
    System.out.printf("%n%.0f rows/s%n", ROWS / median() * 1e9);
    opened.close();
    FileUtils.deleteDirectory(directory.toFile());
  }
}
