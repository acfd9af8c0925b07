package io.heed.layer;

import io.heed.batch.PackedVectors;
import io.heed.kernel.AttentionMask;
import io.heed.kernel.Kernels;
import io.heed.layer.MultiHeadAttention.Attended;
import io.heed.layer.MultiHeadAttention.WeightsOut;
import io.heed.oracle.AttentionOracle;
import io.heed.tensor.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A layer with random weights, in the product and in float64.
 *
 * @param heads H
 * @param headWidth values of a head
 * @param queryWidth values of a vector of the queries
 * @param contextWidth values of a vector of the context
 */
record AttentionLayer(
    int heads,
    int headWidth,
    int queryWidth,
    int contextWidth,
    AttentionMaps maps,
    AttentionScore score) {

  static AttentionLayer random(
      Random random,
      AttentionScore.Form form,
      int heads,
      int headWidth,
      int queryWidth,
      int contextWidth) {
    int width = heads * headWidth;
    AttentionMaps maps =
        new AttentionMaps(
            Optional.of(map(random, width, queryWidth)),
            Optional.of(map(random, width, contextWidth)),
            Optional.of(map(random, width, contextWidth)),
            Optional.of(map(random, queryWidth, width)));
    AttentionScore score =
        switch (form) {
          case SCALED_DOT -> AttentionScore.scaledDot();
          case DOT -> AttentionScore.dot();
          case GENERAL -> AttentionScore.general(map(random, width, width).weight());
          case ADDITIVE -> AttentionScore.additive(floats(random, width, 1));
          case GAUSSIAN -> AttentionScore.gaussian();
        };
    return new AttentionLayer(heads, headWidth, queryWidth, contextWidth, maps, score);
  }

  private static LinearMap map(Random random, int outputs, int inputs) {
    float[] weight = floats(random, outputs * inputs, 1 / Math.sqrt(inputs));
    return new LinearMap(Matrix.of(weight, outputs, inputs), floats(random, outputs, 0.1));
  }

  static float[] floats(Random random, int n, double deviation) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /**
   * Vectors whose scores stay near 1: a score of 20 has itself been rounded by 1e-6 in float32,
   * whatever is computed from it.
   */
  static float[][] sequence(Random random, int length, int width) {
    float[][] vectors = new float[length][];
    for (int i = 0; i < length; i++) {
      vectors[i] = floats(random, width, 0.4);
    }
    return vectors;
  }

  /** What the product computes, copied out of its working memory. */
  Attended attend(
      Kernels kernels, List<float[][]> queries, List<float[][]> context, AttentionMask mask) {
    MultiHeadAttention attention = new MultiHeadAttention(kernels, heads, maps, score);
    return attention.attend(
        PackedVectors.of(queries, queryWidth),
        PackedVectors.of(context, contextWidth),
        mask,
        WeightsOut.GIVEN,
        new Workspace());
  }

  /** The same of one sequence in float64. */
  AttentionOracle.Attended expected(
      float[][] queries, float[][] context, AttentionOracle.Visible visible) {
    double[][] keys = AttentionOracle.map(doubles(context), oracle(maps.key()));
    double[][] compared =
        AttentionOracle.map(keys, score.weight().map(weight -> oracle(LinearMap.of(weight))));
    AttentionOracle.Attended attended =
        AttentionOracle.attend(
            AttentionOracle.map(doubles(queries), oracle(maps.query())),
            compared,
            AttentionOracle.map(doubles(context), oracle(maps.value())),
            heads,
            visible,
            head -> (q, k) -> score(q, k, head));
    return new AttentionOracle.Attended(
        AttentionOracle.map(attended.context(), oracle(maps.output())), attended.weights());
  }

  private double score(double[] q, double[] k, int head) {
    double sum = 0;
    for (int i = 0; i < q.length; i++) {
      sum +=
          switch (score.form()) {
            case SCALED_DOT -> q[i] * k[i] / Math.sqrt(headWidth);
            case DOT, GENERAL -> q[i] * k[i];
            case ADDITIVE -> score.vector()[head * headWidth + i] * Math.tanh(q[i] + k[i]);
            case GAUSSIAN -> -(q[i] - k[i]) * (q[i] - k[i]) / 2;
          };
    }
    return sum;
  }

  private static Optional<AttentionOracle.Map> oracle(Optional<LinearMap> map) {
    return map.map(AttentionLayer::oracle);
  }

  private static AttentionOracle.Map oracle(LinearMap map) {
    double[][] weight = new double[map.weight().rows()][map.weight().columns()];
    for (int i = 0; i < weight.length; i++) {
      for (int j = 0; j < weight[i].length; j++) {
        weight[i][j] = map.weight().at(i, j);
      }
    }
    return new AttentionOracle.Map(weight, doubles(map.bias()));
  }

  private static double[][] doubles(float[][] vectors) {
    double[][] values = new double[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      values[i] = doubles(vectors[i]);
    }
    return values;
  }

  private static double[] doubles(float[] vector) {
    double[] values = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      values[i] = vector[i];
    }
    return values;
  }
}
