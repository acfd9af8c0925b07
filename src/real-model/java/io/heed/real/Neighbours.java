package io.heed.real;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows that lie near to each other.
 *
 * @param vectors of length 1, one for each row
 */
record Neighbours(List<float[]> vectors) {

  /** The other rows of largest cosine, the nearest first. */
  List<Integer> nearest(int row, int count) {
    double[] cosines =
        vectors.stream().mapToDouble(other -> cosine(vectors.get(row), other)).toArray();
    return IntStream.range(0, cosines.length)
        .filter(other -> other != row)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer other) -> -cosines[other]))
        .limit(count)
        .toList();
  }

  /** Of two vectors of length 1. */
  static double cosine(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
