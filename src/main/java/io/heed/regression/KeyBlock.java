package io.heed.regression;

import java.util.Arrays;

/**
 * Neighbouring keys with their values.
 *
 * @param first index of the first of them among all keys
 * @param dimensions d
 * @param rows {@code [n, d + 1]}, row-major: the features of a key, then its value
 */
record KeyBlock(long first, int dimensions, double[] rows) {

  int size() {
    return rows.length / (dimensions + 1);
  }

  double feature(int key, int dimension) {
    return rows[key * (dimensions + 1) + dimension];
  }

  double value(int key) {
    return rows[key * (dimensions + 1) + dimensions];
  }

  double[] features(int key) {
    int from = key * (dimensions + 1);
    return Arrays.copyOfRange(rows, from, from + dimensions);
  }
}
