package io.heed.regression;

import java.util.Arrays;

/** The formula as it is written, for one query. */
final class PlainPooling {
  private PlainPooling() {}

  /** {@code softmax(−½ ‖x − xᵢ‖² w²)}, {@code [n]}; no number where all distances overflow. */
  static double[] weights(double[] query, Keys keys, double width) {
    double[] scores = new double[Math.toIntExact(keys.count())];
    if (width == 0) {
      Arrays.fill(scores, 1.0 / scores.length);
      return scores;
    }
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < keys.blocks(); i++) {
      KeyBlock block = keys.block(i);
      for (int key = 0; key < block.size(); key++) {
        double score = PoolingTile.factor(width) * squaredDistance(query, block, key);
        scores[(int) block.first() + key] = score;
        most = Math.max(most, score);
      }
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = StrictMath.exp(scores[i] - most);
      sum += scores[i];
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= sum;
    }
    return scores;
  }

  private static double squaredDistance(double[] query, KeyBlock block, int key) {
    double sum = 0;
    for (int i = 0; i < query.length; i++) {
      double difference = query[i] - block.feature(key, i);
      sum = Math.fma(difference, difference, sum);
    }
    return sum;
  }
}
