package io.heed.regression;

import java.io.Serializable;

/**
 * Neighbouring keys with their values.
 *
 * @param first index of the first of them among all keys
 * @param dimensions d
 * @param features {@code [n, d]}, row-major
 * @param values {@code [n]}
 */
record KeyBlock(long first, int dimensions, double[] features, double[] values)
    implements Serializable {
  private static final long serialVersionUID = 1;

  int size() {
    return values.length;
  }

  double feature(int key, int dimension) {
    return features[key * dimensions + dimension];
  }
}
