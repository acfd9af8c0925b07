package io.heed.engine;

/** How logits become scores. */
public enum ClassScores {
  /** They stay. */
  IDENTITY,
  /** Each alone, {@code 1 / (1 + e^-x)}. */
  SIGMOID,
  /** All together, {@code e^x / Σ e^x}. */
  SOFTMAX;

  /**
   * The scores of finite logits, in double and rounded once: the same bits on every machine.
   *
   * @return as many, finite
   */
  public float[] of(float[] logits) {
    float[] scores = new float[logits.length];
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += StrictMath.exp(logit - most);
    }
    for (int c = 0; c < logits.length; c++) {
      double logit = logits[c];
      scores[c] =
          switch (this) {
            case IDENTITY -> logits[c];
            case SIGMOID -> (float) (1 / (1 + StrictMath.exp(-logit)));
            case SOFTMAX -> (float) (StrictMath.exp(logit - most) / sum);
          };
    }
    return scores;
  }
}
