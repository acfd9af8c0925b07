package io.heed.model;

import io.heed.checkpoint.EmbeddingTable;
import io.heed.checkpoint.GptConfig;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.kernel.Activation;
import io.heed.kernel.Kernels;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Builds a {@link TransformerDecoder} from a checkpoint with GPT's tensors. */
final class GptDecoder {
  private final TensorReader tensors;
  private final LayerReader layers;
  private final GptConfig config;
  private final GptTensors names;
  private final Kernels kernels;

  private GptDecoder(HuggingFaceCheckpoint checkpoint, GptConfig config, Kernels kernels) {
    this.tensors = new TensorReader(checkpoint);
    this.layers = new LayerReader(tensors, config, kernels);
    this.config = config;
    this.names = new GptTensors(config);
    this.kernels = kernels;
  }

  static void check(HuggingFaceCheckpoint checkpoint, GptConfig config) {
    TensorReader reader = new TensorReader(checkpoint);
    GptTensors names = new GptTensors(config);
    reader.check(Stream.concat(names.all(), Stream.of(names.logits(reader))));
  }

  static TransformerDecoder load(
      HuggingFaceCheckpoint checkpoint, GptConfig config, Kernels kernels) {
    return new GptDecoder(checkpoint, config, kernels).decoder();
  }

  private TransformerDecoder decoder() {
    List<TransformerBlock> blocks =
        IntStream.range(0, config.numHiddenLayers())
            .mapToObj(index -> block(names.layer(index)))
            .toList();
    Tensor logits = names.logits(tensors);
    Linear map =
        layers.packed(
            new LayerReader.LinearMap(tensors.matrix(logits), new float[config.vocabSize()]),
            Activation.NONE);
    EmbeddingTable tokens =
        logits.name().equals(names.tokens().name())
            ? new PackedTable(kernels, map.projection().weights())
            : tensors.table(names.tokens());
    Optional<LayerNorm> finalNorm = names.finalNorm().map(layers::norm);
    return new TransformerDecoder(
        new TokenEmbeddings(kernels, tokens, tensors.matrix(names.positions())),
        blocks,
        finalNorm,
        map,
        Dimensions.of(config));
  }

  private TransformerBlock block(GptTensors.Layer layer) {
    int width = config.hiddenSize();
    LayerReader.LinearMap all = layers.conv1d(layer.queryKeyValue());
    SelfAttention attention =
        layers.attention(
            List.of(
                () -> all.outputs(0, width),
                () -> all.outputs(width, 2 * width),
                () -> all.outputs(2 * width, 3 * width)),
            layers.conv1d(layer.attentionOutput()));
    FeedForward feedForward =
        layers.feedForward(layers.conv1d(layer.intermediate()), layers.conv1d(layer.output()));
    return layers.block(
        config.normPlacement(), attention, layer.attentionNorm(), feedForward, layer.outputNorm());
  }
}
