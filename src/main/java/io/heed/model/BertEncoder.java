package io.heed.model;

import io.heed.checkpoint.BertConfig;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.checkpoint.NormPlacement;
import io.heed.kernel.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Builds a {@link TransformerEncoder} from a checkpoint with BERT's tensors. */
final class BertEncoder {
  private final TensorReader tensors;
  private final LayerReader layers;
  private final BertConfig config;
  private final BertTensors names;
  private final Kernels kernels;

  private BertEncoder(HuggingFaceCheckpoint checkpoint, BertConfig config, Kernels kernels) {
    this.tensors = new TensorReader(checkpoint);
    this.layers = new LayerReader(tensors, config, kernels);
    this.config = config;
    this.names = new BertTensors(config);
    this.kernels = kernels;
  }

  static void check(HuggingFaceCheckpoint checkpoint, BertConfig config) {
    new TensorReader(checkpoint).check(new BertTensors(config).all());
  }

  static TransformerEncoder load(
      HuggingFaceCheckpoint checkpoint, BertConfig config, Kernels kernels) {
    return new BertEncoder(checkpoint, config, kernels).encoder();
  }

  private TransformerEncoder encoder() {
    List<TransformerBlock> blocks =
        IntStream.range(0, config.numHiddenLayers())
            .mapToObj(index -> block(names.layer(index)))
            .toList();
    return new TransformerEncoder(embeddings(), blocks, Dimensions.of(config));
  }

  private InputEmbeddings embeddings() {
    return new InputEmbeddings(
        kernels,
        tensors.table(names.words()),
        Arrays.copyOf(tensors.floats(names.tokenTypes()), config.hiddenSize()),
        tensors.matrix(names.positions()),
        layers.norm(names.embeddingNorm()));
  }

  private TransformerBlock block(BertTensors.Layer layer) {
    SelfAttention attention =
        layers.attention(
            List.of(
                () -> layers.linear(layer.query()),
                () -> layers.linear(layer.key()),
                () -> layers.linear(layer.value())),
            layers.linear(layer.attentionOutput()));
    FeedForward feedForward =
        layers.feedForward(layers.linear(layer.intermediate()), layers.linear(layer.output()));
    return layers.block(
        NormPlacement.POST, attention, layer.attentionNorm(), feedForward, layer.outputNorm());
  }
}
