package io.heed.checkpoint;

/**
 * The architecture that {@code config.json} describes: what every transformer has, whatever its
 * file calls it.
 */
public sealed interface ModelConfig permits BertConfig, GptConfig {

  /** {@code model_type}. */
  String modelType();

  /** Number {@code V} of token ids. */
  int vocabSize();

  /** Width {@code D} of a hidden state, a multiple of {@link #numAttentionHeads}. */
  int hiddenSize();

  /** Number of blocks. */
  int numHiddenLayers();

  /** Number {@code H} of heads. */
  int numAttentionHeads();

  /** Width between the two maps of a feed-forward block. */
  int intermediateSize();

  /** The most tokens of a sequence. */
  int maxPositionEmbeddings();

  /** What layer normalisation adds to the variance. */
  float layerNormEps();

  /** The activation between the two maps of a feed-forward block. */
  HiddenActivation hiddenAct();

  /** Width {@code Dh} of an attention head. */
  default int headSize() {
    return hiddenSize() / numAttentionHeads();
  }
}
