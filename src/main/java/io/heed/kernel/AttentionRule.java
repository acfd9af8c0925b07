package io.heed.kernel;

import java.util.Optional;

/**
 * How attention weighs keys.
 *
 * @param score compares a query with a key
 * @param mask hides keys from queries
 * @param dropout drops weights, in training
 * @param bias added to what the score function compares, before its scale
 * @param terms added after the bias, before the scale too
 */
public record AttentionRule(
    ScoreFunction score,
    AttentionMask mask,
    Dropout dropout,
    Optional<RelativeBias> bias,
    Optional<RelativeTerms> terms) {

  /** Nothing added to the scores. */
  public AttentionRule(ScoreFunction score, AttentionMask mask, Dropout dropout) {
    this(score, mask, dropout, Optional.empty(), Optional.empty());
  }

  /** Scaled dot products, all keys visible, nothing dropped. */
  public static AttentionRule scaledDot(int headWidth) {
    return of(ScoreFunction.scaledDot(headWidth), AttentionMask.none());
  }

  /** Nothing dropped. */
  public static AttentionRule of(ScoreFunction score, AttentionMask mask) {
    return new AttentionRule(score, mask, Dropout.NONE);
  }

  /** The same with a bias added to the scores. */
  public AttentionRule withBias(Optional<RelativeBias> added) {
    return new AttentionRule(score, mask, dropout, added, terms);
  }

  /** The same with terms added to the scores. */
  public AttentionRule withTerms(Optional<RelativeTerms> added) {
    return new AttentionRule(score, mask, dropout, bias, added);
  }

  /**
   * Checks that every part fits what is read.
   *
   * @throws IllegalArgumentException when one does not
   */
  void check(AttentionInputs inputs) {
    mask.check(inputs.queryStarts(), inputs.keyStarts());
    bias.ifPresent(added -> added.check(inputs));
    terms.ifPresent(added -> added.check(inputs));
    if (score.form() == ScoreFunction.Form.ADDITIVE) {
      Shapes.require(
          score.vector().length == inputs.queries().columns(),
          "a score vector of %d values does not fit queries of width %d",
          score.vector().length,
          inputs.queries().columns());
    }
  }
}
