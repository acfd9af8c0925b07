package io.heed.model;

import io.heed.checkpoint.HiddenActivation;
import io.heed.checkpoint.ModelConfig;
import io.heed.checkpoint.NormPlacement;
import io.heed.kernel.Activation;
import io.heed.kernel.Kernels;
import io.heed.kernel.Normalization;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.model.SelfAttention.HeadGroup;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Reads the parts of blocks from a checkpoint and packs them for the kernels. Tensors are packed
 * one after the other and their source dropped, so that the peak is the packed weights and one
 * tensor.
 */
record LayerReader(TensorReader tensors, ModelConfig config, Kernels kernels) {

  /** A map as it is computed: {@code weights} {@code [outputs, inputs]}. */
  record LinearMap(Matrix weights, float[] bias) {

    /** The outputs {@code from} to {@code to}. */
    LinearMap outputs(int from, int to) {
      return new LinearMap(weights.rows(from, to), Arrays.copyOfRange(bias, from, to));
    }
  }

  /** A map that is stored as transformers' {@code Linear}. */
  LinearMap linear(Parameters parameters) {
    return new LinearMap(tensors.matrix(parameters.weight()), tensors.floats(parameters.bias()));
  }

  /** A map that is stored as transformers' {@code Conv1D}. */
  LinearMap conv1d(Parameters parameters) {
    return new LinearMap(
        tensors.conv1d(parameters.weight()).transposed(), tensors.floats(parameters.bias()));
  }

  /** A map, packed. */
  Linear packed(LinearMap map, Activation activation) {
    Matrix weights = map.weights();
    PackedMatrix packed = kernels.allocate(weights.rows(), weights.columns());
    kernels.pack(weights, packed, 0);
    return new Linear(kernels, new Projection(packed, map.bias(), activation));
  }

  /** What the configuration says stands between the two maps of a feed-forward network. */
  Activation activation() {
    HiddenActivation activation = config.hiddenAct();
    return switch (activation) {
      case GELU -> Activation.GELU;
      case GELU_TANH -> Activation.GELU_TANH;
      case RELU -> Activation.RELU;
    };
  }

  LayerNorm norm(Parameters parameters) {
    return new LayerNorm(
        kernels,
        new Normalization(
            tensors.floats(parameters.weight()),
            tensors.floats(parameters.bias()),
            config.layerNormEps()));
  }

  /**
   * Attention.
   *
   * @param queryKeyValue the three maps in this order, each asked for once and shared out among the
   *     groups of heads
   */
  SelfAttention attention(List<Supplier<LinearMap>> queryKeyValue, LinearMap output) {
    int heads = config.numAttentionHeads();
    int size = HeadGroup.size(heads, config.headSize());
    int columns = config.headSize() * size;
    List<HeadGroup> groups =
        Stream.generate(() -> new HeadGroup(size, zeros(3 * columns))).limit(heads / size).toList();
    for (int i = 0; i < queryKeyValue.size(); i++) {
      LinearMap map = queryKeyValue.get(i).get();
      for (int g = 0; g < groups.size(); g++) {
        Projection target = groups.get(g).queryKeyValue().projection();
        int from = g * columns;
        kernels.pack(map.weights().rows(from, from + columns), target.weights(), i * columns);
        System.arraycopy(map.bias(), from, target.bias(), i * columns, columns);
      }
    }
    return new SelfAttention(kernels, groups, packed(output, Activation.NONE));
  }

  FeedForward feedForward(LinearMap intermediate, LinearMap output) {
    return new FeedForward(
        kernels, packed(intermediate, activation()), packed(output, Activation.NONE));
  }

  TransformerBlock block(
      NormPlacement placement,
      SelfAttention attention,
      Parameters attentionNorm,
      FeedForward feedForward,
      Parameters outputNorm) {
    return new TransformerBlock(
        kernels, placement, attention, norm(attentionNorm), feedForward, norm(outputNorm));
  }

  /** A map of D values to {@code outputs}, to be filled. */
  private Linear zeros(int outputs) {
    PackedMatrix weights = kernels.allocate(outputs, config.hiddenSize());
    return new Linear(kernels, new Projection(weights, new float[outputs], Activation.NONE));
  }
}
