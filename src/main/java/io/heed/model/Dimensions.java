package io.heed.model;

import io.heed.checkpoint.ModelConfig;

/**
 * What a caller has to know of a transformer.
 *
 * @param layers number of blocks
 * @param heads number of heads of each block, H
 * @param width values in a hidden state, D
 * @param vocabulary number of token ids, V
 * @param positions tokens in the longest sequence
 */
public record Dimensions(int layers, int heads, int width, int vocabulary, int positions) {

  /** The sizes that a configuration says. */
  public static Dimensions of(ModelConfig config) {
    return new Dimensions(
        config.numHiddenLayers(),
        config.numAttentionHeads(),
        config.hiddenSize(),
        config.vocabSize(),
        config.maxPositionEmbeddings());
  }

  /** Width of a head, {@code Dh = D / H}. */
  public int headWidth() {
    return width / heads;
  }
}
