package io.heed.kernel;

/**
 * How attention weighs keys.
 *
 * @param score compares a query with a key
 * @param mask hides keys from queries
 * @param dropout drops weights, in training
 */
public record AttentionRule(ScoreFunction score, AttentionMask mask, Dropout dropout) {

  /** Scaled dot products, all keys visible, nothing dropped. */
  public static AttentionRule scaledDot(int headWidth) {
    return of(ScoreFunction.scaledDot(headWidth), AttentionMask.none());
  }

  /** Nothing dropped. */
  public static AttentionRule of(ScoreFunction score, AttentionMask mask) {
    return new AttentionRule(score, mask, Dropout.NONE);
  }
}
