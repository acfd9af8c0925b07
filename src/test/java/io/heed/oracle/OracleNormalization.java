package io.heed.oracle;

import java.util.Arrays;

/** What the oracle does to a vector at the end. */
public enum OracleNormalization {
  /** Leaves it as it is. */
  NONE,
  /** Divides it by its Euclidean length. */
  L2;

  /** Hugging Face divides by at least 1e-12, so that a zero vector stays zero. */
  double[] apply(double[] vector) {
    if (this == NONE) {
      return vector;
    }
    double squares = Arrays.stream(vector).map(value -> value * value).sum();
    double length = Math.max(Math.sqrt(squares), 1e-12);
    return Arrays.stream(vector).map(value -> value / length).toArray();
  }
}
