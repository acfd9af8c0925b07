package io.heed.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.architecture.ModelCheckpoint;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.engine.VectorEnding.VectorNorm;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.Pooling;
import io.heed.layer.Poolings;
import io.heed.model.Transformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.fs.FileUtil;

/**
 * A tiny encoder with an odd width, loaded once. Its weights are random but for one token, whose
 * word embedding is so large that every sequence with it leaves the range of floats.
 */
final class EngineFixture {
  static final int VOCABULARY = 30;
  static final int POSITIONS = 40;
  static final int WIDTH = 15;

  /** The token that makes a result non-finite. */
  static final int OVERFLOWING_TOKEN = 29;

  private static final Kernels KERNELS = KernelProvider.choose(KernelChoice.REFERENCE).kernels();
  private static final Transformer MODEL = model();

  private EngineFixture() {}

  static EmbeddingEngine engine(Pooling pooling, VectorNorm norm) {
    return new EmbeddingEngine(
        new ModelEncoder(MODEL, KERNELS, Poolings.of(pooling), VectorEnding.whole(norm)), KERNELS);
  }

  static EmbeddingEngine engine() {
    return engine(Pooling.MEAN, VectorNorm.L2);
  }

  private static Transformer model() {
    try {
      Path directory = Files.createTempDirectory("heed-engine");
      try {
        BertCheckpointFixture.of(2, WIDTH, 3, VOCABULARY, 7)
            .withIntermediateSize(37)
            .withMaxPositionEmbeddings(POSITIONS)
            .write(directory);
        enlarge(
            directory.resolve("model.safetensors"),
            "embeddings.word_embeddings.weight",
            OVERFLOWING_TOKEN,
            WIDTH);
        try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
          return checkpoint.load(KERNELS);
        }
      } finally {
        FileUtil.fullyDelete(directory.toFile());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a row of a table so large that no norm of it is finite. */
  static void enlarge(Path weights, String table, int row, int width) throws IOException {
    float[] values = new float[width];
    Arrays.fill(values, Float.MAX_VALUE);
    values[0] = -Float.MAX_VALUE;
    fill(weights, table, row, values);
  }

  /** Overwrites a row of a table. */
  static void fill(Path weights, String table, int row, float... values) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = Math.toIntExact(file.getLong(0));
    String header = new String(file.array(), Long.BYTES, headerLength, StandardCharsets.UTF_8);
    JsonNode entry = new ObjectMapper().readTree(header).get(table);
    int start = Long.BYTES + headerLength + entry.get("data_offsets").get(0).intValue();
    for (int i = 0; i < values.length; i++) {
      file.putFloat(start + (row * values.length + i) * Float.BYTES, values[i]);
    }
    Files.write(weights, file.array());
  }
}
