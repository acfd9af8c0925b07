package io.heed.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseMatrix;

/**
 * BERT's encoder in float64, one sequence at a time, as its paper and Hugging Face's {@code
 * modeling_bert.py} define it.
 *
 * <p>A matrix of hidden states is [D, T]: one token a column, column-major. Matrix products are
 * {@link DenseMatrix#multiply}, which runs in BLAS; the rest is plain loops. Weights are read from
 * the files for each layer anew and never held, so that a large model needs little memory.
 *
 * @see <a href="https://arxiv.org/abs/1810.04805">BERT</a>
 */
public final class BertOracle {
  private final CheckpointTensors tensors;
  private final int numHiddenLayers;
  private final int hiddenSize;
  private final int numAttentionHeads;
  private final double layerNormEps;

  private BertOracle(CheckpointTensors tensors, JsonNode config) {
    this.tensors = tensors;
    this.numHiddenLayers = config.required("num_hidden_layers").asInt();
    this.hiddenSize = config.required("hidden_size").asInt();
    this.numAttentionHeads = config.required("num_attention_heads").asInt();
    this.layerNormEps = config.required("layer_norm_eps").asDouble();
  }

  /** Opens a checkpoint directory: {@code config.json} and safetensors files, known to be good. */
  public static BertOracle load(Path directory) throws IOException {
    JsonNode config = new ObjectMapper().readTree(directory.resolve("config.json").toFile());
    return new BertOracle(new CheckpointTensors(directory), config);
  }

  /** The embedding [D] of a sequence of token ids, special tokens included. */
  public double[] embed(int[] inputIds, OraclePooling pooling, OracleNormalization normalization) {
    double[] vector = pool(hiddenStates(inputIds), pooling);
    return normalization == OracleNormalization.L2 ? unitLength(vector) : vector;
  }

  /** An embedding for each token, [T][D]. */
  public double[][] embedTokens(int[] inputIds, OracleNormalization normalization) {
    double[][] states = hiddenStates(inputIds);
    if (normalization == OracleNormalization.L2) {
      Arrays.setAll(states, token -> unitLength(states[token]));
    }
    return states;
  }

  /** The last layer's output for each token, [T][D]. */
  public double[][] hiddenStates(int[] inputIds) {
    try {
      DenseMatrix states = afterLayers(numHiddenLayers, inputIds);
      double[][] rows = new double[inputIds.length][];
      for (int token = 0; token < rows.length; token++) {
        rows[token] =
            Arrays.copyOfRange(states.values(), token * hiddenSize, (token + 1) * hiddenSize);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The attention weights of a layer counted from 0, [H][T attending][T attended]. */
  public double[][][] attentionWeights(int layer, int[] inputIds) {
    try {
      String prefix = "encoder.layer." + layer + ".attention.self.";
      DenseMatrix input = afterLayers(layer, inputIds);
      DenseMatrix queries = linear(prefix + "query", input);
      DenseMatrix keys = linear(prefix + "key", input);
      double[][][] weights = new double[numAttentionHeads][inputIds.length][];
      for (int head = 0; head < weights.length; head++) {
        double[] ofHead = weights(queries, keys, head).values(); // [T keys, T queries]
        for (int token = 0; token < inputIds.length; token++) {
          int from = token * inputIds.length;
          weights[head][token] = Arrays.copyOfRange(ofHead, from, from + inputIds.length);
        }
      }
      return weights;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DenseMatrix afterLayers(int layers, int[] inputIds) throws IOException {
    DenseMatrix states = embeddings(inputIds);
    for (int layer = 0; layer < layers; layer++) {
      states = encoderLayer("encoder.layer." + layer + ".", states);
    }
    return states;
  }

  private DenseMatrix embeddings(int[] inputIds) throws IOException {
    double[] type = tensors.row("embeddings.token_type_embeddings.weight", 0);
    double[] states = new double[hiddenSize * inputIds.length];
    for (int token = 0; token < inputIds.length; token++) {
      double[] word = tensors.row("embeddings.word_embeddings.weight", inputIds[token]);
      double[] position = tensors.row("embeddings.position_embeddings.weight", token);
      for (int i = 0; i < hiddenSize; i++) {
        states[token * hiddenSize + i] = word[i] + type[i] + position[i];
      }
    }
    return layerNorm("embeddings.LayerNorm", new DenseMatrix(hiddenSize, inputIds.length, states));
  }

  private DenseMatrix encoderLayer(String prefix, DenseMatrix input) throws IOException {
    DenseMatrix context = selfAttention(prefix + "attention.self.", input);
    DenseMatrix attended = linear(prefix + "attention.output.dense", context);
    DenseMatrix middle = layerNorm(prefix + "attention.output.LayerNorm", sum(attended, input));
    DenseMatrix inner = linear(prefix + "intermediate.dense", middle);
    DenseMatrix output = linear(prefix + "output.dense", gelu(inner));
    return layerNorm(prefix + "output.LayerNorm", sum(output, middle));
  }

  private DenseMatrix selfAttention(String prefix, DenseMatrix input) throws IOException {
    DenseMatrix queries = linear(prefix + "query", input);
    DenseMatrix keys = linear(prefix + "key", input);
    DenseMatrix values = linear(prefix + "value", input);
    int headSize = hiddenSize / numAttentionHeads;
    int tokens = input.numCols();
    double[] context = new double[hiddenSize * tokens];
    for (int head = 0; head < numAttentionHeads; head++) {
      DenseMatrix value = rows(values, head * headSize, headSize);
      DenseMatrix attended = value.multiply(weights(queries, keys, head));
      for (int token = 0; token < tokens; token++) {
        int target = token * hiddenSize + head * headSize;
        System.arraycopy(attended.values(), token * headSize, context, target, headSize);
      }
    }
    return new DenseMatrix(hiddenSize, tokens, context);
  }

  /** [T keys, T queries] */
  private DenseMatrix weights(DenseMatrix queries, DenseMatrix keys, int head) {
    int headSize = hiddenSize / numAttentionHeads;
    DenseMatrix query = rows(queries, head * headSize, headSize);
    DenseMatrix key = rows(keys, head * headSize, headSize);
    return softmaxOfColumns(key.transpose().multiply(query), 1 / Math.sqrt(headSize));
  }

  /** weight · input + bias; the weight stands row-major in the file, one output a row. */
  private DenseMatrix linear(String name, DenseMatrix input) throws IOException {
    double[] bias = tensors.values(name + ".bias");
    double[] weight = tensors.values(name + ".weight");
    int outputs = bias.length;
    DenseMatrix product =
        new DenseMatrix(outputs, weight.length / outputs, weight, true).multiply(input);
    double[] values = product.values();
    for (int i = 0; i < values.length; i++) {
      values[i] += bias[i % outputs];
    }
    return product;
  }

  private DenseMatrix layerNorm(String name, DenseMatrix input) throws IOException {
    double[] gain = tensors.values(name + ".weight");
    double[] shift = tensors.values(name + ".bias");
    double[] values = input.values().clone();
    for (int start = 0; start < values.length; start += hiddenSize) {
      double mean = 0;
      for (int i = 0; i < hiddenSize; i++) {
        mean += values[start + i] / hiddenSize;
      }
      double variance = 0;
      for (int i = 0; i < hiddenSize; i++) {
        double difference = values[start + i] - mean;
        variance += difference * difference / hiddenSize;
      }
      double deviation = Math.sqrt(variance + layerNormEps);
      for (int i = 0; i < hiddenSize; i++) {
        values[start + i] = (values[start + i] - mean) / deviation * gain[i] + shift[i];
      }
    }
    return new DenseMatrix(input.numRows(), input.numCols(), values);
  }

  private static DenseMatrix softmaxOfColumns(DenseMatrix scores, double scale) {
    int keys = scores.numRows();
    double[] weights = scores.values().clone();
    for (int start = 0; start < weights.length; start += keys) {
      double maximum = Double.NEGATIVE_INFINITY;
      for (int key = start; key < start + keys; key++) {
        maximum = Math.max(maximum, weights[key]);
      }
      double sum = 0;
      for (int key = start; key < start + keys; key++) {
        weights[key] = Math.exp((weights[key] - maximum) * scale);
        sum += weights[key];
      }
      for (int key = start; key < start + keys; key++) {
        weights[key] /= sum;
      }
    }
    return new DenseMatrix(keys, scores.numCols(), weights);
  }

  private static DenseMatrix gelu(DenseMatrix input) {
    double[] values = input.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] * (1 + ErrorFunction.erf(values[i] / Math.sqrt(2))) / 2;
    }
    return new DenseMatrix(input.numRows(), input.numCols(), values);
  }

  private static DenseMatrix sum(DenseMatrix left, DenseMatrix right) {
    double[] values = left.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += right.values()[i];
    }
    return new DenseMatrix(left.numRows(), left.numCols(), values);
  }

  private static DenseMatrix rows(DenseMatrix matrix, int first, int count) {
    double[] values = new double[count * matrix.numCols()];
    for (int column = 0; column < matrix.numCols(); column++) {
      int source = column * matrix.numRows() + first;
      System.arraycopy(matrix.values(), source, values, column * count, count);
    }
    return new DenseMatrix(count, matrix.numCols(), values);
  }

  private static double[] pool(double[][] states, OraclePooling pooling) {
    if (pooling == OraclePooling.CLS) {
      return states[0];
    }
    double[] vector = states[states.length - 1].clone();
    for (int token = 0; token < states.length - 1; token++) {
      for (int i = 0; i < vector.length; i++) {
        switch (pooling) {
          case MEAN -> vector[i] += states[token][i];
          case MAX -> vector[i] = Math.max(vector[i], states[token][i]);
          default -> {}
        }
      }
    }
    if (pooling == OraclePooling.MEAN) {
      Arrays.setAll(vector, i -> vector[i] / states.length);
    }
    return vector;
  }

  /** Hugging Face divides by at least 1e-12, so that a zero vector stays zero. */
  private static double[] unitLength(double[] vector) {
    double squares = Arrays.stream(vector).map(value -> value * value).sum();
    double length = Math.max(Math.sqrt(squares), 1e-12);
    return Arrays.stream(vector).map(value -> value / length).toArray();
  }
}
