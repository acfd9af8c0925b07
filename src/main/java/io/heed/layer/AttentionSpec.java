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
 * @param score compares a query with a key
 */
public record AttentionSpec(
    int heads,
    int keyValueHeads,
    int headWidth,
    Bias bias,
    AttentionMask mask,
    AttentionScore score) {

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

  /** As many heads of keys as of queries, maps with a bias, and scaled dot products. */
  public static AttentionSpec of(int heads, int headWidth, AttentionMask mask) {
    return new AttentionSpec(
        heads, heads, headWidth, Bias.LEARNED, mask, AttentionScore.scaledDot());
  }

  /** The same with so many heads of keys and values. */
  public AttentionSpec sharing(int fewer) {
    return new AttentionSpec(heads, fewer, headWidth, bias, mask, score);
  }

  /** The same with maps that add a bias or do not. */
  public AttentionSpec with(Bias other) {
    return new AttentionSpec(heads, keyValueHeads, headWidth, other, mask, score);
  }

  /** The same with another mask. */
  public AttentionSpec with(AttentionMask other) {
    return new AttentionSpec(heads, keyValueHeads, headWidth, bias, other, score);
  }

  /** The same with another score. */
  public AttentionSpec with(AttentionScore other) {
    return new AttentionSpec(heads, keyValueHeads, headWidth, bias, mask, other);
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

  /** What is multiplied by the scale of the scores to be 1: biases come before it. */
  float biasFactor() {
    boolean usual = score.form() == AttentionScore.Form.SCALED_DOT && score.factor().isEmpty();
    return usual ? (float) Math.sqrt(headWidth) : 1 / score.function(headWidth, 0, heads).scale();
  }

  /** Heads of queries for each of keys and values. */
  public int sharing() {
    return heads / keyValueHeads;
  }
}
