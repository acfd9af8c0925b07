package io.heed.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.BertCheckpointFixture;
import io.heed.checkpoint.BertCheckpointFixture.Naming;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.checkpoint.SafetensorsWriter.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BertOracleTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @TempDir Path directory;

  /** With all maps zero only the three layer norms act, and two elements normalise to ±1. */
  @Test
  void zeroWeightsLeaveTheLayerNorms() throws IOException {
    Map<String, float[]> tensors = zeroLayer(2, 3);
    tensors.put("embeddings.word_embeddings.weight", new float[] {0, 0, 2, 0.5f});
    tensors.put("embeddings.position_embeddings.weight", new float[] {1, 0, -4, 0});
    tensors.put("embeddings.LayerNorm.weight", new float[] {2, 3});
    tensors.put("embeddings.LayerNorm.bias", new float[] {0.5f, -1});
    tensors.put("encoder.layer.0.output.LayerNorm.weight", new float[] {5, 7});
    tensors.put("encoder.layer.0.output.LayerNorm.bias", new float[] {1, 2});
    BertOracle oracle = write(tensors, 2, 1, 0);

    // Token 0: (3, 0.5) → (1, −1) → (2.5, −4) → (1, −1) → (6, −5); token 1: the other way round.
    double[][] states = oracle.hiddenStates(new int[] {1, 1});
    assertThat(states[0]).containsExactly(new double[] {6, -5}, EXACT);
    assertThat(states[1]).containsExactly(new double[] {-4, 9}, EXACT);
  }

  /**
   * The value map alone is not zero: it counts the tokens of id 1 by reading the sign of the first
   * element, and the layer norm sees (1 + mean, −1) or (−1 + mean, 1).
   */
  @Test
  void zeroScoresAverageTheValues() throws IOException {
    Map<String, float[]> tensors = zeroLayer(4, 4);
    tensors.put("embeddings.word_embeddings.weight", new float[] {-1, 1, -1, 1, 1, -1, 1, -1});
    tensors.put("encoder.layer.0.attention.self.value.weight", corner(4, 1));
    tensors.put("encoder.layer.0.attention.output.dense.weight", corner(4, 4));
    BertOracle oracle = write(tensors, 4, 2, 0);

    // Three of four tokens have +1 in front: the mean is 1/2, times 4 is 2, so token 0 becomes
    // (3, −1, 1, −1): mean 1/2, variance 11/4. The second layer norm leaves it as it is.
    double deviation = Math.sqrt(11 / 4.0);
    double[][] states = oracle.hiddenStates(new int[] {1, 1, 0, 1});
    assertThat(states[0])
        .containsExactly(
            new double[] {2.5 / deviation, -1.5 / deviation, 0.5 / deviation, -1.5 / deviation},
            EXACT);
    // Token 2 becomes (1, 1, −1, 1): mean 1/2, variance 3/4.
    deviation = Math.sqrt(3 / 4.0);
    assertThat(states[2])
        .containsExactly(
            new double[] {0.5 / deviation, 0.5 / deviation, -1.5 / deviation, 0.5 / deviation},
            EXACT);
  }

  @Test
  void agreesWithPlainLoops() throws IOException {
    Map<String, float[]> tensors = zeroLayer(4, 6);
    tensors.forEach(
        (name, values) -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(name.hashCode() % 1000 + 2.7 * i);
          }
        });
    double eps = 0.125; // Large, so that leaving it out shows.
    BertOracle oracle = write(tensors, 4, 2, eps);
    PlainBert plain = new PlainBert(tensors, eps);

    double[][] actual = oracle.hiddenStates(new int[] {1, 0, 1});
    double[][] expected = plain.hiddenStates(1, 0, 1);
    for (int token = 0; token < expected.length; token++) {
      assertThat(actual[token]).containsExactly(expected[token], EXACT);
    }
  }

  @Test
  void poolsAndNormalises() throws IOException {
    BertOracle oracle = BertOracle.load(BertCheckpointFixture.of(1, 8, 2, 9, 5).write(directory));
    int[] ids = {2, 7, 8, 3};
    double[][] states = oracle.hiddenStates(ids);
    assertThat(oracle.embed(ids, OraclePooling.CLS, OracleNormalization.NONE)).isEqualTo(states[0]);
    assertThat(oracle.embed(ids, OraclePooling.LAST, OracleNormalization.NONE))
        .isEqualTo(states[3]);
    double[] mean = oracle.embed(ids, OraclePooling.MEAN, OracleNormalization.NONE);
    double[] maximum = oracle.embed(ids, OraclePooling.MAX, OracleNormalization.NONE);
    for (int i = 0; i < 8; i++) {
      double[] column = {states[0][i], states[1][i], states[2][i], states[3][i]};
      assertThat(mean[i])
          .isCloseTo((column[0] + column[1] + column[2] + column[3]) / 4, within(1e-15));
      assertThat(maximum[i]).isEqualTo(Arrays.stream(column).max().orElseThrow());
    }
    double[] unit = oracle.embed(ids, OraclePooling.MEAN, OracleNormalization.L2);
    assertThat(IntStream.range(0, 8).mapToDouble(i -> unit[i] * unit[i]).sum())
        .isCloseTo(1, within(1e-15));
    assertThat(unit[5] / unit[0]).isCloseTo(mean[5] / mean[0], EXACT);
    double[][] tokens = oracle.embedTokens(ids, OracleNormalization.L2);
    assertThat(tokens[1][2] / tokens[1][0]).isCloseTo(states[1][2] / states[1][0], EXACT);
  }

  @ParameterizedTest
  @EnumSource(Naming.class)
  void readsEveryNamingAndSeveralFiles(Naming naming) throws IOException {
    BertCheckpointFixture fixture = BertCheckpointFixture.of(2, 16, 2, 20, 11);
    int[] ids = {2, 11, 19, 0, 3};
    double[][] expected =
        BertOracle.load(fixture.write(directory.resolve("plain"))).hiddenStates(ids);
    Path other = fixture.withNaming(naming).withShards(3).write(directory.resolve("other"));
    assertThat(BertOracle.load(other).hiddenStates(ids)).isDeepEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void narrowWeightsMoveTheResultLittle(Dtype dtype) throws IOException {
    BertCheckpointFixture fixture = BertCheckpointFixture.of(1, 16, 2, 20, 11);
    int[] ids = {2, 11, 19, 0, 3};
    double[] expected =
        BertOracle.load(fixture.write(directory.resolve("wide")))
            .embed(ids, OraclePooling.MEAN, OracleNormalization.L2);
    Path narrow = fixture.withDtype(dtype).write(directory.resolve("narrow"));
    double[] actual =
        BertOracle.load(narrow).embed(ids, OraclePooling.MEAN, OracleNormalization.L2);
    double tolerance =
        switch (dtype) {
          case F32 -> 0;
          case F16 -> 0x1p-11;
          case BF16 -> 0x1p-8;
        };
    assertThat(actual).containsExactly(expected, within(4 * tolerance));
  }

  private BertOracle write(Map<String, float[]> tensors, int width, int heads, double eps)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(
        (name, values) -> {
          // Matrices with the fan-in of their name: only output.dense reads the inner width.
          int outputs =
              name.endsWith("0.output.dense.weight") ? width : Math.max(1, values.length / width);
          int[] shape =
              name.endsWith(".bias") || name.contains("LayerNorm")
                  ? new int[] {values.length}
                  : new int[] {outputs, values.length / outputs};
          writer.add(name, shape, values);
        });
    writer.write(directory.resolve("model.safetensors"));
    Files.writeString(
        directory.resolve("config.json"),
        String.format(
            Locale.ROOT,
            """
        {"num_hidden_layers": 1, "hidden_size": %d, "num_attention_heads": %d,
         "layer_norm_eps": %s}
        """,
            width,
            heads,
            eps));
    return BertOracle.load(directory);
  }

  /** One layer whose maps and shifts are zero and whose gains are one; two ids, four positions. */
  private static Map<String, float[]> zeroLayer(int width, int intermediate) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    tensors.put("embeddings.word_embeddings.weight", new float[2 * width]);
    tensors.put("embeddings.position_embeddings.weight", new float[4 * width]);
    tensors.put("embeddings.token_type_embeddings.weight", new float[2 * width]);
    putLayerNorm(tensors, "embeddings.LayerNorm", width);
    for (String name : new String[] {"self.query", "self.key", "self.value", "output.dense"}) {
      putLinear(tensors, "encoder.layer.0.attention." + name, width, width);
    }
    putLayerNorm(tensors, "encoder.layer.0.attention.output.LayerNorm", width);
    putLinear(tensors, "encoder.layer.0.intermediate.dense", intermediate, width);
    putLinear(tensors, "encoder.layer.0.output.dense", width, intermediate);
    putLayerNorm(tensors, "encoder.layer.0.output.LayerNorm", width);
    return tensors;
  }

  private static void putLinear(Map<String, float[]> tensors, String name, int out, int in) {
    tensors.put(name + ".weight", new float[out * in]);
    tensors.put(name + ".bias", new float[out]);
  }

  private static void putLayerNorm(Map<String, float[]> tensors, String name, int width) {
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    tensors.put(name + ".weight", ones);
    tensors.put(name + ".bias", new float[width]);
  }

  /** A square matrix that passes the first element on, times a factor. */
  private static float[] corner(int width, float factor) {
    float[] weight = new float[width * width];
    weight[0] = factor;
    return weight;
  }
}
