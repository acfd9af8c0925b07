package io.heed.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heed.checkpoint.GptCheckpointFixture;
import io.heed.checkpoint.GptCheckpointFixture.Form;
import io.heed.checkpoint.GptCheckpointFixture.Head;
import io.heed.checkpoint.GptCheckpointFixture.Naming;
import io.heed.checkpoint.SafetensorsWriter;
import io.heed.oracle.GptOracle.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GptOracleTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static final int WIDTH = 4;
  private static final int WIDE = 6;

  @TempDir Path directory;

  /**
   * Scores are zero and the value map passes on the first element, so that a token adds three times
   * the mean of the first elements up to itself: 1, 0 and 1/3. Both forms normalise the same: the
   * embeddings have mean 0 and variance 1 already, and so has what a layer norm made.
   */
  @ParameterizedTest
  @EnumSource(Form.class)
  void zeroScoresAverageTheValuesSoFar(Form form) throws IOException {
    Map<String, float[]> tensors = zeroBlock(form);
    tensors.put(tokens(form), new float[] {-1, 1, -1, 1, 1, -1, 1, -1});
    tensors.get("h.0.attn.c_attn.weight")[2 * WIDTH] = 1;
    tensors.get("h.0.attn.c_proj.weight")[0] = 3;
    GptOracle oracle = write(form, tensors, "relu", 0);

    // (1, −1, 1, −1) becomes (4, −1, 1, −1): mean 3/4, variance 67/16.
    double[][] states = oracle.hiddenStates(1, 0, 1);
    double deviation = Math.sqrt(67.0 / 16);
    assertThat(states[0])
        .containsExactly(
            new double[] {3.25 / deviation, -1.75 / deviation, 0.25 / deviation, -1.75 / deviation},
            EXACT);
    assertThat(states[1]).containsExactly(new double[] {-1, 1, -1, 1}, EXACT);
    // It becomes (2, −1, 1, −1): mean 1/4, variance 27/16.
    deviation = Math.sqrt(27.0 / 16);
    assertThat(states[2])
        .containsExactly(
            new double[] {1.75 / deviation, -1.25 / deviation, 0.75 / deviation, -1.25 / deviation},
            EXACT);
    assertThat(oracle.embed(new int[] {1, 0, 1}, OraclePooling.LAST, OracleNormalization.NONE))
        .isEqualTo(states[2]);
  }

  /** The head reads the first element, 1 or −1: logits are (0, 2, 1) or (0, −2, −1). */
  @Test
  void logitsBecomeProbabilities() throws IOException {
    Map<String, float[]> tensors = zeroBlock(Form.GPT2);
    tensors.put("wte.weight", new float[] {-1, 1, -1, 1, 1, -1, 1, -1, 1, -1, 1, -1});
    tensors.put("lm_head.weight", new float[] {0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0});
    GptOracle oracle = write(Form.GPT2, tensors, "gelu_new", 0);

    assertThat(oracle.logits(1, 0)[0]).containsExactly(new double[] {0, 2, 1}, EXACT);
    assertThat(oracle.logits(1, 0)[1]).containsExactly(new double[] {0, -2, -1}, EXACT);
    double up = Math.log(1 + Math.exp(2) + Math.exp(1));
    double down = Math.log(1 + Math.exp(-2) + Math.exp(-1));
    assertThat(oracle.logProbabilities(1, 1, 0, 2))
        .containsExactly(new double[] {2 - up, -up, -1 - down}, EXACT);
    assertThat(oracle.logLikelihood(1, 1, 0, 2)).isCloseTo(1 - 2 * up - down, EXACT);
    assertThat(oracle.logLikelihood(1)).isZero();
    Choice[] choices = oracle.choices(1, 0);
    assertThat(choices[0].token()).isEqualTo(1);
    assertThat(choices[0].margin()).isCloseTo(1, EXACT);
    assertThat(choices[1].token()).isZero();
    assertThat(choices[1].margin()).isCloseTo(1, EXACT);
    assertThat(oracle.continueGreedily(new int[] {2}, 2)).containsExactly(1, 1);
  }

  @Test
  void equalLogitsGoToTheLeastId() throws IOException {
    Map<String, float[]> tensors = zeroBlock(Form.GPT2);
    tensors.put("wte.weight", new float[] {1, -1, 1, -1, 1, -1, 1, -1});
    assertThat(write(Form.GPT2, tensors, "gelu", 0).choices(1)).containsExactly(new Choice(0, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "GPT2, gelu_new",
    "GPT2, gelu_pytorch_tanh",
    "GPT2, gelu",
    "GPT2, relu",
    "OPENAI_GPT, gelu",
    "OPENAI_GPT, relu"
  })
  void agreesWithPlainLoops(Form form, String name) throws IOException {
    Map<String, float[]> tensors = zeroBlock(form);
    tensors.forEach(
        (tensor, values) -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(tensor.hashCode() % 1000 + 2.7 * i);
          }
        });
    double eps = 0.125; // Large, so that leaving it out shows.
    DoubleUnaryOperator activation =
        switch (name) {
          case "relu" -> x -> x < 0 ? 0 : x;
          case "gelu" -> form == Form.GPT2 ? Columns::gelu : Columns::geluTanh;
          default -> Columns::geluTanh;
        };
    double[][] actual = write(form, tensors, name, eps).hiddenStates(1, 0, 1);
    double[][] expected =
        new PlainGpt(tensors, form == Form.GPT2, activation, eps).hiddenStates(1, 0, 1);
    for (int token = 0; token < expected.length; token++) {
      assertThat(actual[token]).containsExactly(expected[token], EXACT);
    }
  }

  /** From the formulas, by Python 3.11's math module. */
  @Test
  void activationsAgreeWithTheirFormulas() {
    assertThat(Columns.geluTanh(1)).isCloseTo(0.8411919906082768, EXACT);
    assertThat(Columns.geluTanh(-0.5)).isCloseTo(-0.15428599017485606, EXACT);
    assertThat(Columns.geluTanh(3)).isCloseTo(2.996362607918227, EXACT);
    assertThat(Columns.gelu(1)).isCloseTo(0.8413447460685429, EXACT);
    assertThat(Columns.gelu(-0.5)).isCloseTo(-0.15426876936299344, EXACT);
    assertThat(Columns.gelu(3)).isCloseTo(2.99595030590511, EXACT);
  }

  @ParameterizedTest
  @EnumSource(Naming.class)
  void readsEveryNaming(Naming naming) throws IOException {
    GptCheckpointFixture fixture =
        GptCheckpointFixture.of(Form.GPT2, 2, 16, 2, 20, 11).withMaxPositionEmbeddings(8);
    double[][] expected = GptOracle.load(fixture.write(directory.resolve("plain"))).logits(2, 19);
    Path other = fixture.withNaming(naming).withHead(Head.COPIED).write(directory.resolve("other"));
    assertThat(GptOracle.load(other).logits(2, 19)).isDeepEqualTo(expected);
  }

  @Test
  void aHeadOfItsOwnIsTaken() throws IOException {
    GptCheckpointFixture fixture = GptCheckpointFixture.of(Form.OPENAI_GPT, 1, 16, 2, 20, 11);
    GptOracle tied = GptOracle.load(fixture.write(directory.resolve("tied")));
    GptOracle separate =
        GptOracle.load(fixture.withHead(Head.SEPARATE).write(directory.resolve("own")));
    assertThat(separate.hiddenStates(3, 4)).isDeepEqualTo(tied.hiddenStates(3, 4));
    assertThat(separate.logits(3, 4)[1]).isNotEqualTo(tied.logits(3, 4)[1]);
  }

  /** What tests against this oracle need: continuations that vary, and clear choices. */
  @ParameterizedTest
  @CsvSource({"GPT2, 2, 128, 4, 500", "OPENAI_GPT, 2, 128, 4, 500", "GPT2, 3, 16, 2, 64"})
  void continuationsOfTheFixtureVary(Form form, int layers, int width, int heads, int vocabulary)
      throws IOException {
    GptOracle oracle =
        GptOracle.load(
            GptCheckpointFixture.of(form, layers, width, heads, vocabulary, 5).write(directory));
    int[] prompt = {7, 3, 11};
    int[] next = oracle.continueGreedily(prompt, 24);
    assertThat(Arrays.stream(next).distinct().count()).isGreaterThan(8);
    int[] whole = Arrays.copyOf(prompt, prompt.length + next.length);
    System.arraycopy(next, 0, whole, prompt.length, next.length);
    Choice[] choices = oracle.choices(whole);
    int clear = 0;
    for (int i = 0; i < next.length; i++) {
      Choice choice = choices[prompt.length - 1 + i];
      assertThat(choice.token()).isEqualTo(next[i]);
      clear += choice.margin() > 1e-3 ? 1 : 0;
    }
    assertThat(clear).isGreaterThan(20);
  }

  private GptOracle write(Form form, Map<String, float[]> tensors, String activation, double eps)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(
        (name, values) -> {
          boolean vector = name.endsWith(".bias") || name.contains("ln_");
          int inputs = name.equals("h.0.mlp.c_proj.weight") ? WIDE : WIDTH;
          boolean table = !name.startsWith("h.");
          int rows = table ? values.length / WIDTH : inputs;
          writer.add(
              name,
              vector ? new int[] {values.length} : new int[] {rows, values.length / rows},
              values);
        });
    writer.write(directory.resolve("model.safetensors"));
    Files.writeString(
        directory.resolve("config.json"),
        String.format(
            Locale.ROOT,
            """
        {"model_type": "%s", "n_layer": 1, "n_embd": %d, "n_head": 2, "%s": "%s",
         "layer_norm_epsilon": %s}
        """,
            form == Form.GPT2 ? "gpt2" : "openai-gpt",
            WIDTH,
            form == Form.GPT2 ? "activation_function" : "afn",
            activation,
            eps));
    return GptOracle.load(directory);
  }

  /** One block whose maps and shifts are zero and whose gains are one; two ids, four positions. */
  private static Map<String, float[]> zeroBlock(Form form) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    tensors.put(tokens(form), new float[2 * WIDTH]);
    tensors.put(form == Form.GPT2 ? "wpe.weight" : "positions_embed.weight", new float[4 * WIDTH]);
    putLinear(tensors, "h.0.attn.c_attn", WIDTH, 3 * WIDTH);
    putLinear(tensors, "h.0.attn.c_proj", WIDTH, WIDTH);
    putLinear(tensors, "h.0.mlp.c_fc", WIDTH, WIDE);
    putLinear(tensors, "h.0.mlp.c_proj", WIDE, WIDTH);
    putLayerNorm(tensors, "h.0.ln_1");
    putLayerNorm(tensors, "h.0.ln_2");
    if (form == Form.GPT2) {
      putLayerNorm(tensors, "ln_f");
    }
    return tensors;
  }

  private static String tokens(Form form) {
    return form == Form.GPT2 ? "wte.weight" : "tokens_embed.weight";
  }

  private static void putLinear(Map<String, float[]> tensors, String name, int in, int out) {
    tensors.put(name + ".weight", new float[in * out]);
    tensors.put(name + ".bias", new float[out]);
  }

  private static void putLayerNorm(Map<String, float[]> tensors, String name) {
    float[] ones = new float[WIDTH];
    Arrays.fill(ones, 1);
    tensors.put(name + ".weight", ones);
    tensors.put(name + ".bias", new float[WIDTH]);
  }
}
