package io.heed.job;

import static io.heed.job.AttendSandbox.HEADS;
import static io.heed.job.AttendSandbox.and;
import static io.heed.job.AttendSandbox.elements;
import static io.heed.job.AttendSandbox.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The input layer and multi-head attention beside those of the Annotated Transformer in PyTorch.
 */
class AttendJobGoldenTest {
  private static final String GOLDEN = "/goldens/attend-input/expected.json";

  /** The numbers of {@code torch-script.txt}. */
  private static final class Numbers {
    private long state = 20261127;

    float[] next(int n, double scale) {
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        values[i] = (float) (((state >>> 40) / (double) (1 << 24) - 0.5) * scale);
      }
      return values;
    }
  }

  @TempDir Path directory;

  private AttendSandbox sandbox() {
    return new AttendSandbox(directory);
  }

  /** The files of the golden's layers. */
  private String[] golden(String... more) throws IOException {
    int width = 512;
    Numbers numbers = new Numbers();
    new SafetensorsWriter()
        .add("lut.weight", new int[] {50, width}, numbers.next(50 * width, 0.2))
        .write(directory.resolve("embedding.safetensors"));
    SafetensorsWriter layer = new SafetensorsWriter();
    for (String map : List.of("query", "key", "value", "output")) {
      layer.add(map + ".weight", new int[] {width, width}, numbers.next(width * width, 0.1));
      layer.add(map + ".bias", new int[] {width}, numbers.next(width, 0.1));
    }
    layer.write(directory.resolve("layer.safetensors"));
    return and(
        new String[] {
          "--tokens-column",
          "tokens",
          "--embedding",
          directory.resolve("embedding.safetensors").toString(),
          "--positions",
          "sinusoidal",
          "--weights",
          directory.resolve("layer.safetensors").toString(),
          "--heads",
          String.valueOf(HEADS),
          "--with-weights"
        },
        more);
  }

  private static JsonNode expected() throws IOException {
    try (InputStream json = AttendJobGoldenTest.class.getResourceAsStream(GOLDEN)) {
      return new ObjectMapper().readTree(json);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "whole, simd, ",
    "whole, reference, ",
    "causal, simd, --mask causal",
    "hidden, simd, --mask-column seen --no-visible-key uniform",
    "hidden, reference, --mask-column seen --no-visible-key uniform"
  })
  void agreesWithTheAnnotatedTransformerInPyTorch(String name, String kernel, String options)
      throws IOException {
    JsonNode golden = expected();
    JsonNode expected = golden.get(name);
    int length = expected.get("tokens").size();
    String seen = Arrays.deepToString(new int[length][length]);
    Path input =
        sandbox()
            .write(
                "in.jsonl",
                List.of(
                    "{\"id\": 1, \"tokens\": %s, \"seen\": %s}"
                        .formatted(expected.get("tokens"), seen)));
    String[] more = options == null ? new String[0] : options.split(" ");
    Row row = sandbox().rows(input, and(golden("--kernel", kernel), more)).get(0);
    float[][] context = vectors(row.getList(row.fieldIndex("context")));
    assertThat(context).hasDimensions(length, 512);
    for (int t = 0; t < length; t++) {
      for (int c = 0; c < golden.get("columns").size(); c++) {
        assertThat((double) context[t][golden.get("columns").get(c).intValue()])
            .as("context of token %d, column %d", t, c)
            .isCloseTo(expected.get("context").get(t).get(c).doubleValue(), within(5e-6));
      }
    }
    List<Object> heads = row.getList(row.fieldIndex("attention"));
    assertThat(heads).hasSize(HEADS);
    for (int head = 0; head < HEADS; head++) {
      float[][] weights = vectors(elements(heads.get(head)));
      for (int q = 0; q < length; q++) {
        for (int k = 0; k < length; k++) {
          assertThat((double) weights[q][k])
              .isCloseTo(
                  expected.get("attention").get(head).get(q).get(k).doubleValue(), within(1e-6));
        }
      }
    }
  }

  /** Without attention the input layer itself comes out: a query that sees itself alone. */
  @Test
  void theInputLayerIsThatOfTheAnnotatedTransformer() throws IOException {
    JsonNode golden = expected();
    JsonNode expected = golden.get("causal");
    int length = expected.get("tokens").size();
    int[][] itself = new int[length][length];
    for (int t = 0; t < length; t++) {
      itself[t][t] = 1;
    }
    Path input =
        sandbox()
            .write(
                "in.jsonl",
                List.of(
                    "{\"id\": 1, \"tokens\": %s, \"seen\": %s}"
                        .formatted(expected.get("tokens"), Arrays.deepToString(itself))));
    golden();
    Row row =
        sandbox()
            .rows(
                input,
                "--tokens-column",
                "tokens",
                "--embedding",
                directory.resolve("embedding.safetensors").toString(),
                "--mask-column",
                "seen")
            .get(0);
    float[][] context = vectors(row.getList(row.fieldIndex("context")));
    for (int t = 0; t < length; t++) {
      for (int c = 0; c < golden.get("columns").size(); c++) {
        assertThat((double) context[t][golden.get("columns").get(c).intValue()])
            .isCloseTo(expected.get("input").get(t).get(c).doubleValue(), within(2e-6));
      }
    }
  }
}
