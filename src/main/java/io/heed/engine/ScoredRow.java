package io.heed.engine;

import java.util.List;

/**
 * How likely a row is.
 *
 * @param tokenCount tokens of the row
 * @param logLikelihood sum of the log-probabilities of its tokens after the first, natural
 *     logarithm
 * @param logProbabilities of each token after the first, {@code [tokens - 1]}
 * @param nextTokens what follows the last token, most likely first, as many as are wanted
 */
public record ScoredRow(
    int tokenCount, double logLikelihood, float[] logProbabilities, List<LikelyToken> nextTokens) {

  /** A token that may come next. */
  public record LikelyToken(int id, float logProbability) {}

  /**
   * {@code exp(-logLikelihood / (tokens - 1))}: of how many equally likely tokens each was one, on
   * average. NaN for a row of one token, which has no likelihood; infinite where it is beyond
   * doubles.
   */
  public double perplexity() {
    return StrictMath.exp(-logLikelihood / (tokenCount - 1));
  }
}
