package io.heed.kernel;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** Losses in float64, written as their definitions, and their slopes by central differences. */
final class GradientOracle {
  private static final double STEP = 1e-5;
  private static final int SIMPSON_STEPS = 2000;

  private GradientOracle() {}

  /** The slope of a loss by each of its parameters. */
  static double[] gradient(double[] parameters, ToDoubleFunction<double[]> loss) {
    double[] x = parameters.clone();
    double[] gradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = parameters[i] + STEP;
      double above = loss.applyAsDouble(x);
      x[i] = parameters[i] - STEP;
      gradient[i] = (above - loss.applyAsDouble(x)) / (2 * STEP);
      x[i] = parameters[i];
    }
    return gradient;
  }

  static double slope(DoubleUnaryOperator function, double v) {
    return (function.applyAsDouble(v + STEP) - function.applyAsDouble(v - STEP)) / (2 * STEP);
  }

  static double activate(Activation activation, double v) {
    return switch (activation) {
      case NONE -> v;
      case GELU -> v * (0.5 + normalIntegral(v));
      case GELU_TANH ->
          v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
      case SILU -> v / (1 + Math.exp(-v));
      case TANH -> Math.tanh(v);
      case RELU -> Math.max(v, 0);
    };
  }

  /** The standard normal density from 0 to v, by Simpson's rule. */
  private static double normalIntegral(double v) {
    double h = v / SIMPSON_STEPS;
    double sum = 0;
    for (int i = 0; i <= SIMPSON_STEPS; i++) {
      double x = i * h;
      double factor = i == 0 || i == SIMPSON_STEPS ? 1 : i % 2 == 1 ? 4 : 2;
      sum += factor * Math.exp(-x * x / 2);
    }
    return sum * h / 3 / Math.sqrt(2 * Math.PI);
  }

  static double[] layerNorm(double[] x, int at, double[] gain, double[] bias, double epsilon) {
    int n = gain.length;
    double mean = Arrays.stream(x, at, at + n).sum() / n;
    double variance = 0;
    for (int i = 0; i < n; i++) {
      variance += (x[at + i] - mean) * (x[at + i] - mean) / n;
    }
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = (x[at + i] - mean) / Math.sqrt(variance + epsilon) * gain[i] + bias[i];
    }
    return y;
  }

  /** {@code log Σ e^x - x[target]}. */
  static double crossEntropy(double[] x, int target) {
    double max = Arrays.stream(x).max().orElseThrow();
    double sum = Arrays.stream(x).map(v -> Math.exp(v - max)).sum();
    return max + Math.log(sum) - x[target];
  }

  /**
   * One query of attention.
   *
   * @param x queries, keys and values one after the other, each {@code [tokens, width]}
   * @param factors of dropout, 0 or what a weight that stays is multiplied by, for each key
   * @param visible whether the query sees each key
   */
  static double[] attend(
      double[] x,
      int tokens,
      int width,
      int query,
      double scale,
      float[] factors,
      boolean[] visible) {
    double[] weights = new double[tokens];
    double sum = 0;
    for (int j = 0; j < tokens; j++) {
      double score = 0;
      for (int i = 0; i < width; i++) {
        score += x[query * width + i] * x[(tokens + j) * width + i];
      }
      weights[j] = visible[j] ? Math.exp(score * scale) : 0;
      sum += weights[j];
    }
    double[] context = new double[width];
    for (int j = 0; j < tokens && sum > 0; j++) {
      for (int i = 0; i < width; i++) {
        context[i] += weights[j] / sum * factors[j] * x[(2 * tokens + j) * width + i];
      }
    }
    return context;
  }
}
