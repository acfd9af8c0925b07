package io.heed.layer;

import io.heed.kernel.AttentionMask;
import java.util.Locale;

/**
 * What self-attention is in a layer.
 *
 * @param heads heads of queries, H
 * @param keyValueHeads heads of keys and values, K, a divisor of H: as many heads of queries share
 *     each of them (Ainslie et al., 2023)
 * @param headWidth values of a head's queries, keys and values, Dh, whatever the width of a hidden
 *     state is
 * @param bias whether the maps to queries, keys and values add one
 * @param mask what is hidden from a token of its own sequence
 */
public record AttentionSpec(
    int heads, int keyValueHeads, int headWidth, Bias bias, AttentionMask mask) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when the heads cannot be shared out
   */
  public AttentionSpec {
    if (keyValueHeads < 1 || headWidth < 1 || heads < 1 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d heads of queries of width %d cannot share %d of keys and values",
              heads,
              headWidth,
              keyValueHeads));
    }
  }

  /** As many heads of keys as of queries, and maps with a bias. */
  public static AttentionSpec of(int heads, int headWidth, AttentionMask mask) {
    return new AttentionSpec(heads, heads, headWidth, Bias.LEARNED, mask);
  }

  /** The queries of all heads side by side, which is also how wide their result is. */
  public int width() {
    return Math.multiplyExact(heads, headWidth);
  }

  /** The keys of all heads side by side, or their values. */
  public int keyValueWidth() {
    return Math.multiplyExact(keyValueHeads, headWidth);
  }

  /** The map of {@code inputs} values to the queries. */
  LinearSpec query(int inputs) {
    return LinearSpec.of(width(), inputs).with(bias);
  }

  /** The map to the keys, and that to the values. */
  LinearSpec keyValue(int inputs) {
    return LinearSpec.of(keyValueWidth(), inputs).with(bias);
  }

  /** The three maps in one, queries first, then keys. */
  LinearSpec queryKeyValue(int inputs) {
    return LinearSpec.of(width() + 2 * keyValueWidth(), inputs).with(bias);
  }

  /** Heads of queries for each of keys and values. */
  public int sharing() {
    return heads / keyValueHeads;
  }
}
