package io.heed.layer;

/**
 * The heads of self-attention.
 *
 * @param heads number of heads, H
 * @param headWidth values of a head's queries, keys and values, Dh
 */
public record AttentionSpec(int heads, int headWidth) {

  /** Values of all heads side by side. */
  public int width() {
    return Math.multiplyExact(heads, headWidth);
  }
}
