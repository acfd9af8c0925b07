package io.heed.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * GPT-2 and the first GPT in float64, one sequence at a time, without a cache, as Hugging Face's
 * {@code modeling_gpt2.py} and {@code modeling_openai.py} define them.
 *
 * <p>A matrix of hidden states is [D, T], as in {@link Columns}. Weights are read from the files
 * for each layer anew and never held, so that a large model needs little memory.
 */
public final class GptOracle {
  private static final int ROWS_OF_HEAD = 4096;

  private final CheckpointTensors tensors;
  private final boolean normalizesBefore;
  private final int numHiddenLayers;
  private final int hiddenSize;
  private final int numAttentionHeads;
  private final double layerNormEps;
  private final DoubleUnaryOperator activation;

  /**
   * What the oracle takes to come next.
   *
   * @param token the most likely one, of several the one with the least id
   * @param margin how far its logit is above the second
   */
  public record Choice(int token, double margin) {}

  private GptOracle(CheckpointTensors tensors, JsonNode config) {
    this.tensors = tensors;
    this.normalizesBefore = config.required("model_type").asText().equals("gpt2");
    this.numHiddenLayers = config.required("n_layer").asInt();
    this.hiddenSize = config.required("n_embd").asInt();
    this.numAttentionHeads = config.required("n_head").asInt();
    this.layerNormEps = config.required("layer_norm_epsilon").asDouble();
    this.activation =
        normalizesBefore
            ? ofGpt2(config.required("activation_function").asText())
            : ofOpenAiGpt(config.required("afn").asText());
  }

  private static DoubleUnaryOperator ofGpt2(String name) {
    return switch (name) {
      case "gelu_new", "gelu_pytorch_tanh" -> Columns::geluTanh;
      case "gelu" -> Columns::gelu;
      case "relu" -> x -> Math.max(x, 0);
      default -> throw new IllegalArgumentException("activation_function " + name);
    };
  }

  private static DoubleUnaryOperator ofOpenAiGpt(String name) {
    return switch (name) {
      case "gelu" -> Columns::geluTanh;
      case "relu" -> x -> Math.max(x, 0);
      default -> throw new IllegalArgumentException("afn " + name);
    };
  }

  /** Opens a checkpoint directory: {@code config.json} and safetensors files, known to be good. */
  public static GptOracle load(Path directory) throws IOException {
    JsonNode config = new ObjectMapper().readTree(directory.resolve("config.json").toFile());
    return new GptOracle(new CheckpointTensors(directory), config);
  }

  /** The last layer's output for each token, normalised by {@code ln_f} in GPT-2, [T][D]. */
  public double[][] hiddenStates(int... inputIds) {
    return Columns.arrays(states(inputIds));
  }

  /** The embedding [D] of a sequence of token ids. */
  public double[] embed(int[] inputIds, OraclePooling pooling, OracleNormalization normalization) {
    return normalization.apply(pooling.apply(hiddenStates(inputIds)));
  }

  /** What may follow each token, [T][V], not normalised. */
  public double[][] logits(int... inputIds) {
    DenseMatrix states = states(inputIds);
    try {
      return logits(states);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The natural logarithm of the probability of each token after the first, [T - 1]. */
  public double[] logProbabilities(int... inputIds) {
    double[][] logits = logits(inputIds);
    double[] found = new double[inputIds.length - 1];
    Arrays.setAll(found, token -> logProbability(logits[token], inputIds[token + 1]));
    return found;
  }

  /** The sum of {@link #logProbabilities}. */
  public double logLikelihood(int... inputIds) {
    return Arrays.stream(logProbabilities(inputIds)).sum();
  }

  /**
   * What comes next after each token, [T]. One pass over a prompt and its continuation checks all
   * of the continuation: {@code choices(ids)[t].token()} should be {@code ids[t + 1]}.
   */
  public Choice[] choices(int... inputIds) {
    return Arrays.stream(logits(inputIds)).map(GptOracle::choice).toArray(Choice[]::new);
  }

  /** The {@code count} tokens after a prompt, each the most likely one, [count]. */
  public int[] continueGreedily(int[] prompt, int count) {
    int[] ids = Arrays.copyOf(prompt, prompt.length + count);
    for (int end = prompt.length; end < ids.length; end++) {
      ids[end] = choices(Arrays.copyOf(ids, end))[end - 1].token;
    }
    return Arrays.copyOfRange(ids, prompt.length, ids.length);
  }

  private static double logProbability(double[] logits, int token) {
    double maximum = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - maximum)).sum();
    return logits[token] - maximum - Math.log(sum);
  }

  private static Choice choice(double[] logits) {
    int first = 0;
    double second = Double.NEGATIVE_INFINITY;
    for (int token = 1; token < logits.length; token++) {
      if (logits[token] > logits[first]) {
        second = logits[first];
        first = token;
      } else {
        second = Math.max(second, logits[token]);
      }
    }
    return new Choice(first, logits[first] - second);
  }

  private DenseMatrix states(int[] inputIds) {
    try {
      DenseMatrix states = embeddings(inputIds);
      for (int layer = 0; layer < numHiddenLayers; layer++) {
        String prefix = "h." + layer + ".";
        states = normalizesBefore ? gpt2Block(prefix, states) : openAiGptBlock(prefix, states);
      }
      return normalizesBefore ? layerNorm("ln_f", states) : states;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DenseMatrix embeddings(int[] inputIds) throws IOException {
    String tokens = (normalizesBefore ? "wte" : "tokens_embed") + ".weight";
    String positions = (normalizesBefore ? "wpe" : "positions_embed") + ".weight";
    double[] states = new double[hiddenSize * inputIds.length];
    for (int token = 0; token < inputIds.length; token++) {
      double[] word = tensors.row(tokens, inputIds[token]);
      double[] position = tensors.row(positions, token);
      for (int i = 0; i < hiddenSize; i++) {
        states[token * hiddenSize + i] = word[i] + position[i];
      }
    }
    return new DenseMatrix(hiddenSize, inputIds.length, states);
  }

  private DenseMatrix gpt2Block(String prefix, DenseMatrix input) throws IOException {
    DenseMatrix attended = attention(prefix + "attn.", layerNorm(prefix + "ln_1", input));
    DenseMatrix middle = Columns.sum(input, attended);
    return Columns.sum(middle, feedForward(prefix + "mlp.", layerNorm(prefix + "ln_2", middle)));
  }

  private DenseMatrix openAiGptBlock(String prefix, DenseMatrix input) throws IOException {
    DenseMatrix attended = attention(prefix + "attn.", input);
    DenseMatrix middle = layerNorm(prefix + "ln_1", Columns.sum(input, attended));
    DenseMatrix output = feedForward(prefix + "mlp.", middle);
    return layerNorm(prefix + "ln_2", Columns.sum(middle, output));
  }

  private DenseMatrix attention(String prefix, DenseMatrix input) throws IOException {
    DenseMatrix all = linear(prefix + "c_attn", input);
    DenseMatrix context =
        Columns.attention(
            Columns.rows(all, 0, hiddenSize),
            Columns.rows(all, hiddenSize, hiddenSize),
            Columns.rows(all, 2 * hiddenSize, hiddenSize),
            numAttentionHeads,
            query -> query + 1);
    return linear(prefix + "c_proj", context);
  }

  private DenseMatrix feedForward(String prefix, DenseMatrix input) throws IOException {
    return linear(prefix + "c_proj", Columns.map(linear(prefix + "c_fc", input), activation));
  }

  private double[][] logits(DenseMatrix states) throws IOException {
    String head = normalizesBefore ? "wte.weight" : "tokens_embed.weight";
    head = tensors.has("lm_head.weight") ? "lm_head.weight" : head;
    int vocabulary = tensors.rows(head);
    double[][] logits = new double[states.numCols()][vocabulary];
    for (int first = 0; first < vocabulary; first += ROWS_OF_HEAD) {
      int count = Math.min(ROWS_OF_HEAD, vocabulary - first);
      double[] rows = tensors.rows(head, first, count);
      DenseMatrix part = new DenseMatrix(count, hiddenSize, rows, true).multiply(states);
      for (int token = 0; token < logits.length; token++) {
        System.arraycopy(part.values(), token * count, logits[token], first, count);
      }
    }
    return logits;
  }

  /** The weight stands row-major in the file, one input a row: column-major, one output a row. */
  private DenseMatrix linear(String name, DenseMatrix input) throws IOException {
    double[] bias = tensors.values(name + ".bias");
    double[] weight = tensors.values(name + ".weight");
    int inputs = weight.length / bias.length;
    return Columns.linear(new DenseMatrix(bias.length, inputs, weight), bias, input);
  }

  private DenseMatrix layerNorm(String name, DenseMatrix input) throws IOException {
    double[] gain = tensors.values(name + ".weight");
    return Columns.layerNorm(input, gain, tensors.values(name + ".bias"), layerNormEps);
  }
}
