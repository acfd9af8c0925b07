package io.heed.engine;

import io.heed.kernel.AttentionMask.NoVisibleKey;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import java.io.Serializable;

/**
 * How rows attend, whatever the layer is.
 *
 * @param order which keys a query may see by its place
 * @param noVisibleKey what a query gets that sees none
 * @param weights whether the weights are wanted
 * @param dropout share of values and weights that are dropped, 0 for everything but training
 * @param seed which of them
 */
public record AttentionOptions(
    Order order, NoVisibleKey noVisibleKey, WeightsOut weights, double dropout, long seed)
    implements Serializable {

  /** Which keys a query may see by its place. */
  public enum Order {
    /** All. */
    NONE,
    /** Those at its own place and before it. */
    CAUSAL
  }

  /** As in inference: nothing is dropped, and a query that sees no key gets zeros. */
  public AttentionOptions(Order order, WeightsOut weights) {
    this(order, NoVisibleKey.ZEROS, weights, 0, 0);
  }
}
