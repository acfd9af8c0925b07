package io.heed.layer;

import io.heed.kernel.Activation;

/**
 * The sizes and choices that the blocks of a transformer share.
 *
 * @param width values in a hidden state, D
 * @param attention the heads of self-attention
 * @param intermediate values between the two maps of the feed-forward half
 * @param activation between these maps
 * @param normEpsilon what layer normalisation adds to the variance
 * @param placement where a block normalises
 */
public record BlockSpec(
    int width,
    AttentionSpec attention,
    int intermediate,
    Activation activation,
    float normEpsilon,
    NormPlacement placement) {

  /** The same with other heads. */
  public BlockSpec with(AttentionSpec other) {
    return new BlockSpec(width, other, intermediate, activation, normEpsilon, placement);
  }

  /** The same that normalises elsewhere. */
  public BlockSpec with(NormPlacement other) {
    return new BlockSpec(width, attention, intermediate, activation, normEpsilon, other);
  }
}
