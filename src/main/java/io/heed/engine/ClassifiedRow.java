package io.heed.engine;

/**
 * What classifying a row yields.
 *
 * @param tokens as computed
 * @param logits of each class
 * @param scores the same from 0 to 1, or as they are, as the checkpoint says
 */
public record ClassifiedRow(RowTokens tokens, float[] logits, float[] scores) {

  /** The class of the largest score; of equal ones the first. */
  public int best() {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      if (scores[c] > scores[best]) {
        best = c;
      }
    }
    return best;
  }
}
