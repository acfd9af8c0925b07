package io.heed.regress;

import java.util.Arrays;

/**
 * A row that can be used.
 *
 * @param label NaN where rows have none
 */
record Point(double[] features, double label) {

  /** A row of {@link #numbers}. */
  static Point of(double[] numbers) {
    return new Point(Arrays.copyOf(numbers, numbers.length - 1), numbers[numbers.length - 1]);
  }

  /** As an array, which every serializer takes: the label stands behind the features. */
  double[] numbers() {
    double[] numbers = Arrays.copyOf(features, features.length + 1);
    numbers[features.length] = label;
    return numbers;
  }

  boolean hasLabel() {
    return !Double.isNaN(label);
  }
}
