package io.heed.regression;

import java.util.Arrays;

/**
 * The loops of {@link PoolingTile}: over whole arrays of queries, with one operation and no
 * offsets, which is what the JIT compiler turns into vector instructions.
 */
final class PoolingLoops {
  private PoolingLoops() {}

  static void square(double[] x, double key, double[] distance) {
    for (int i = 0; i < distance.length; i++) {
      double difference = x[i] - key;
      distance[i] = difference * difference;
    }
  }

  static void addSquare(double[] x, double key, double[] distance) {
    for (int i = 0; i < distance.length; i++) {
      double difference = x[i] - key;
      distance[i] = Math.fma(difference, difference, distance[i]);
    }
  }

  static void least(double[] least, double[] distance) {
    for (int i = 0; i < least.length; i++) {
      least[i] = Math.min(least[i], distance[i]);
    }
  }

  static void most(double[] most, double[] distance) {
    for (int i = 0; i < most.length; i++) {
      most[i] = Math.max(most[i], distance[i]);
    }
  }

  static void leastAboveZero(double[] least, double[] distance) {
    for (int i = 0; i < least.length; i++) {
      double other = distance[i] > 0 ? distance[i] : Double.POSITIVE_INFINITY;
      least[i] = Math.min(least[i], other);
    }
  }

  static boolean differ(double[] one, double[] other) {
    return Arrays.mismatch(one, other) >= 0;
  }

  static void exponents(double[] distance, double[] nearest, double slope, double[] exponent) {
    for (int i = 0; i < exponent.length; i++) {
      exponent[i] = slope * (distance[i] - nearest[i]);
    }
  }

  static void multiply(double[] values, double[] factors) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factors[i];
    }
  }

  static void add(double[] weight, double value, double[] sum, double[] valueSum) {
    for (int i = 0; i < weight.length; i++) {
      sum[i] += weight[i];
    }
    for (int i = 0; i < weight.length; i++) {
      valueSum[i] = Math.fma(weight[i], value, valueSum[i]);
    }
  }

  static void add(
      double[] weight, double value, double[] distance, double[] distanceSum, double[] productSum) {
    for (int i = 0; i < weight.length; i++) {
      distanceSum[i] = Math.fma(weight[i], distance[i], distanceSum[i]);
    }
    for (int i = 0; i < weight.length; i++) {
      productSum[i] = Math.fma(weight[i] * value, distance[i], productSum[i]);
    }
  }
}
