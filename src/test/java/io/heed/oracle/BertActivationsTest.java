package io.heed.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.architecture.ModelCheckpoint;
import io.heed.batch.PackedBatch;
import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.kernel.KernelChoice;
import io.heed.kernel.KernelProvider;
import io.heed.kernel.Kernels;
import io.heed.layer.Workspace;
import io.heed.model.Transformer;
import io.heed.tensor.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * BERT with every {@code hidden_act} that is computed, against what transformers' own code gives:
 * {@code bert-activations.json}, which the script beside it made.
 */
class BertActivationsTest {
  private static final JsonNode GOLDEN = golden();
  private static final int WIDTH = 8;
  private static final int WIDE = 20;
  private static final BertCheckpointFixture MODEL =
      BertCheckpointFixture.of(2, WIDTH, 2, 11, 0)
          .withIntermediateSize(WIDE)
          .withMaxPositionEmbeddings(12);

  @TempDir Path directory;

  private static JsonNode golden() {
    try (InputStream in = BertActivationsTest.class.getResourceAsStream("bert-activations.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> activations() {
    List<String> names = new ArrayList<>();
    GOLDEN.required("last_hidden_state").fieldNames().forEachRemaining(names::add);
    return names.stream()
        .flatMap(name -> Stream.of(Arguments.of(name, "reference"), Arguments.of(name, "simd")));
  }

  @Test
  void the_golden_values_tell_the_functions_apart() {
    JsonNode states = GOLDEN.required("last_hidden_state");
    assertThat(states.size()).isEqualTo(8);
    double gelu = states.required("gelu").required(0).required(0).required(0).doubleValue();
    for (String other : List.of("gelu_new", "relu")) {
      double same = states.required(other).required(0).required(0).required(0).doubleValue();
      assertThat(Math.abs(same - gelu)).isGreaterThan(1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("activations")
  void gives_what_transformers_gives(String activation, String kernel) throws IOException {
    write(activation);
    Kernels kernels =
        KernelProvider.choose(KernelChoice.valueOf(kernel.toUpperCase(Locale.ROOT))).kernels();
    try (ModelCheckpoint checkpoint = ModelCheckpoint.open(directory)) {
      Transformer model = checkpoint.load(kernels);
      JsonNode expected = GOLDEN.required("last_hidden_state").required(activation);
      for (int row = 0; row < expected.size(); row++) {
        int[] ids = ids(GOLDEN.required("rows").required(row));
        Matrix states = model.hiddenStates(PackedBatch.of(List.of(ids)), new Workspace());
        for (int token = 0; token < ids.length; token++) {
          for (int i = 0; i < WIDTH; i++) {
            assertThat((double) states.data()[states.index(token) + i])
                .as("row %d, token %d, element %d", row, token, i)
                .isCloseTo(
                    expected.required(row).required(token).required(i).doubleValue(), within(4e-6));
          }
        }
      }
    }
  }

  private static int[] ids(JsonNode row) {
    return IntStream.range(0, row.size()).map(i -> row.required(i).intValue()).toArray();
  }

  private void write(String activation) throws IOException {
    MODEL.write(directory);
    Path config = directory.resolve("config.json");
    String written = Files.readString(config);
    String named = "\"hidden_act\": \"%s\"".formatted(activation);
    Files.writeString(config, written.replace("\"hidden_act\": \"gelu\"", named));
    SafetensorsWriter weights = new SafetensorsWriter();
    add(weights, "embeddings.word_embeddings.weight", 11, WIDTH);
    add(weights, "embeddings.position_embeddings.weight", 12, WIDTH);
    add(weights, "embeddings.token_type_embeddings.weight", 2, WIDTH);
    norm(weights, "embeddings.LayerNorm");
    for (int layer = 0; layer < 2; layer++) {
      String name = "encoder.layer." + layer + ".";
      linear(weights, name + "attention.self.query", WIDTH, WIDTH);
      linear(weights, name + "attention.self.key", WIDTH, WIDTH);
      linear(weights, name + "attention.self.value", WIDTH, WIDTH);
      linear(weights, name + "attention.output.dense", WIDTH, WIDTH);
      norm(weights, name + "attention.output.LayerNorm");
      linear(weights, name + "intermediate.dense", WIDE, WIDTH);
      linear(weights, name + "output.dense", WIDTH, WIDE);
      norm(weights, name + "output.LayerNorm");
    }
    weights.write(directory.resolve("model.safetensors"));
  }

  private static void linear(SafetensorsWriter weights, String name, int outputs, int inputs) {
    add(weights, name + ".weight", outputs, inputs);
    add(weights, name + ".bias", outputs);
  }

  private static void norm(SafetensorsWriter weights, String name) {
    add(weights, name + ".weight", WIDTH);
    add(weights, name + ".bias", WIDTH);
  }

  private static void add(SafetensorsWriter weights, String name, int... shape) {
    float[] values = new float[IntStream.of(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(name, i);
    }
    weights.add(name, shape, values);
  }

  /** The script's {@code value}. */
  private static float value(String name, int index) {
    long sum = 0;
    for (int i = 0; i < name.length(); i++) {
      sum += name.charAt(i) * (i + 1L);
    }
    long hash = sum * 2654435761L + index * 40503L;
    hash = (hash ^ hash >>> 7) * 69069L & 0xFFFFFFFFL;
    float value = (hash >>> 12) % 1024 / 1024f - 0.5f;
    return name.endsWith("LayerNorm.weight") ? value + 1 : value * 3;
  }
}
