package io.heed.layer;

import io.heed.kernel.AttentionWeights;

/** Takes the attention weights of some sequences of a batch. */
public interface AttentionListener {
  /** Takes nothing. */
  AttentionListener NONE = (layer, firstSequence, weights) -> {};

  /**
   * The weights of one layer, which nothing changes afterwards.
   *
   * @param layer counted from 0
   * @param firstSequence the sequence of the batch that is sequence 0 of the weights
   * @param weights of all heads
   */
  void accept(int layer, int firstSequence, AttentionWeights weights);
}
