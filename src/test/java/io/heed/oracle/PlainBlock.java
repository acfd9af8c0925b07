package io.heed.oracle;

import java.util.Map;

/**
 * What one block of width 4 with two heads is made of, element by element, from formulas alone:
 * what the oracles' matrix layout is checked against.
 */
abstract class PlainBlock {
  static final int WIDTH = 4;
  private static final int HEADS = 2;
  private static final int HEAD_SIZE = WIDTH / HEADS;

  private final Map<String, float[]> tensors;
  private final double eps;

  PlainBlock(Map<String, float[]> tensors, double eps) {
    this.tensors = tensors;
    this.eps = eps;
  }

  /** The values of the tokens that a query sees, by the weights of their keys, head by head. */
  static double[] context(double[] query, double[][] keys, double[][] values) {
    double[] context = new double[WIDTH];
    for (int head = 0; head < HEADS; head++) {
      int from = head * HEAD_SIZE;
      double total = 0;
      for (int other = 0; other < keys.length; other++) {
        double score = 0;
        for (int i = from; i < from + HEAD_SIZE; i++) {
          score += query[i] * keys[other][i];
        }
        double weight = Math.exp(score / Math.sqrt(HEAD_SIZE));
        total += weight;
        for (int i = from; i < from + HEAD_SIZE; i++) {
          context[i] += weight * values[other][i];
        }
      }
      for (int i = from; i < from + HEAD_SIZE; i++) {
        context[i] /= total;
      }
    }
    return context;
  }

  final double[] layerNorm(String name, double[] x) {
    double mean = (x[0] + x[1] + x[2] + x[3]) / WIDTH;
    double squares = x[0] * x[0] + x[1] * x[1] + x[2] * x[2] + x[3] * x[3];
    double variance = squares / WIDTH - mean * mean;
    double[] y = new double[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      y[i] =
          (x[i] - mean) / Math.sqrt(variance + eps) * value(name + ".weight", i)
              + value(name + ".bias", i);
    }
    return y;
  }

  static double[] plus(double[] a, double[] b) {
    return new double[] {a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]};
  }

  final double value(String name, int at) {
    return tensors.get(name)[at];
  }

  final int length(String name) {
    return tensors.get(name).length;
  }
}
