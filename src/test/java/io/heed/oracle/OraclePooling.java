package io.heed.oracle;

import java.util.Arrays;

/** How the oracle makes one vector of the hidden states of a sequence. */
public enum OraclePooling {
  /** The mean over all tokens, special ones included. */
  MEAN,
  /** The first token. */
  CLS,
  /** The largest value of each element. */
  MAX,
  /** The last token. */
  LAST;

  /** [T][D] to [D]. */
  double[] apply(double[][] states) {
    if (this == CLS) {
      return states[0];
    }
    double[] vector = states[states.length - 1].clone();
    for (int token = 0; token < states.length - 1; token++) {
      for (int i = 0; i < vector.length; i++) {
        switch (this) {
          case MEAN -> vector[i] += states[token][i];
          case MAX -> vector[i] = Math.max(vector[i], states[token][i]);
          default -> {}
        }
      }
    }
    if (this == MEAN) {
      Arrays.setAll(vector, i -> vector[i] / states.length);
    }
    return vector;
  }
}
