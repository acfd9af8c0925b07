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
 * <p>A matrix of hidden states is [D, T], as in {@link Columns}. Matrix products are {@link
 * DenseMatrix#multiply}, which runs in BLAS; the rest is plain loops. Weights are read from the
 * files for each layer anew and never held, so that a large model needs little memory.
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
    return normalization.apply(pooling.apply(hiddenStates(inputIds)));
  }

  /** An embedding for each token, [T][D]. */
  public double[][] embedTokens(int[] inputIds, OracleNormalization normalization) {
    double[][] states = hiddenStates(inputIds);
    Arrays.setAll(states, token -> normalization.apply(states[token]));
    return states;
  }

  /** The last layer's output for each token, [T][D]. */
  public double[][] hiddenStates(int[] inputIds) {
    try {
      return Columns.arrays(afterLayers(numHiddenLayers, inputIds));
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
        weights[head] =
            Columns.arrays(
                Columns.weights(queries, keys, numAttentionHeads, head, query -> inputIds.length));
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
    DenseMatrix middle =
        layerNorm(prefix + "attention.output.LayerNorm", Columns.sum(attended, input));
    DenseMatrix inner = linear(prefix + "intermediate.dense", middle);
    DenseMatrix output = linear(prefix + "output.dense", Columns.map(inner, Columns::gelu));
    return layerNorm(prefix + "output.LayerNorm", Columns.sum(output, middle));
  }

  private DenseMatrix selfAttention(String prefix, DenseMatrix input) throws IOException {
    return Columns.attention(
        linear(prefix + "query", input),
        linear(prefix + "key", input),
        linear(prefix + "value", input),
        numAttentionHeads,
        query -> input.numCols());
  }

  /** weight · input + bias; the weight stands row-major in the file, one output a row. */
  private DenseMatrix linear(String name, DenseMatrix input) throws IOException {
    double[] bias = tensors.values(name + ".bias");
    double[] weight = tensors.values(name + ".weight");
    int inputs = weight.length / bias.length;
    return Columns.linear(new DenseMatrix(bias.length, inputs, weight, true), bias, input);
  }

  private DenseMatrix layerNorm(String name, DenseMatrix input) throws IOException {
    double[] gain = tensors.values(name + ".weight");
    return Columns.layerNorm(input, gain, tensors.values(name + ".bias"), layerNormEps);
  }
}
