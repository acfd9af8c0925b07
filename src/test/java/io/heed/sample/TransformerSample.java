package io.heed.sample;

import io.heed.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/** Token ids, and an input layer and multi-head attention of random weights to run them through. */
public final class TransformerSample {
  static final Path ROWS = Path.of("sample-data", "token-ids.jsonl");
  static final Path DIRECTORY = Path.of("sample-data", "transformer");
  private static final long SEED = 20260106;
  private static final int ROW_COUNT = 24;
  private static final int LONGEST = 20;
  private static final int VOCABULARY = 100;

  /** Eight heads of 8 values. */
  private static final int WIDTH = 64;

  private TransformerSample() {}

  /** Writes the files into {@code sample-data}. */
  public static void main(String... arguments) throws IOException {
    Files.createDirectories(DIRECTORY);
    Files.writeString(ROWS, rows());
    write(DIRECTORY);
  }

  /** JSON lines. */
  static String rows() {
    Random random = new Random(SEED);
    StringJoiner lines = new StringJoiner("\n", "", "\n");
    for (int id = 0; id < ROW_COUNT; id++) {
      int[] tokens = random.ints(1 + random.nextInt(LONGEST), 0, VOCABULARY).toArray();
      lines.add(
          "{\"id\": " + id + ", \"tokens\": " + Arrays.toString(tokens).replace(" ", "") + "}");
    }
    return lines.toString();
  }

  /** The weights. */
  static void write(Path directory) throws IOException {
    Random random = new Random(SEED);
    // As the Annotated Transformer draws them: each value of a token has a variance near 1.
    new SafetensorsWriter()
        .add("embedding.weight", new int[] {VOCABULARY, WIDTH}, floats(random, VOCABULARY * WIDTH))
        .write(directory.resolve("embedding.safetensors"));
    SafetensorsWriter layer = new SafetensorsWriter();
    for (String map : List.of("query", "key", "value", "output")) {
      layer.add(map + ".weight", new int[] {WIDTH, WIDTH}, floats(random, WIDTH * WIDTH));
      layer.add(map + ".bias", new int[] {WIDTH}, new float[WIDTH]);
    }
    layer.write(directory.resolve("attention.safetensors"));
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(WIDTH));
    }
    return values;
  }
}
