package io.heed.regression;

import breeze.generic.UFunc.UImpl2;
import breeze.linalg.DenseVector;
import breeze.linalg.operators.HasOps;
import java.util.Arrays;

/**
 * The formulas of attention pooling on Breeze, query by query, sharing nothing with the code under
 * test: every weight by {@link StrictMath#exp} from the scores of all keys at once.
 */
final class PoolingOracle {
  private final double[][] inputs;
  private final double[] labels;

  PoolingOracle(WorkedExample data) {
    this.inputs = data.inputs();
    this.labels = data.labels();
  }

  private static DenseVector<Object> vector(double... values) {
    return new DenseVector<>(values);
  }

  /** What Scala's compiler would find for {@code one dot other}. */
  @SuppressWarnings("unchecked")
  private static double dot(DenseVector<Object> one, DenseVector<Object> other) {
    Object product = HasOps.canDotD();
    return ((UImpl2<?, DenseVector<Object>, DenseVector<Object>, Double>) product)
        .apply(one, other);
  }

  /** {@code softmax(−½ ‖(x − xᵢ) w‖²)}; a key that is left out has weight 0. */
  double[] weights(double[] x, double width, int leftOut) {
    double[] scores = new double[labels.length];
    for (int i = 0; i < scores.length; i++) {
      double[] scaled = new double[x.length];
      for (int j = 0; j < x.length; j++) {
        scaled[j] = (x[j] - inputs[i][j]) * width;
      }
      scores[i] =
          i == leftOut ? Double.NEGATIVE_INFINITY : -dot(vector(scaled), vector(scaled)) / 2;
    }
    double most = Arrays.stream(scores).max().orElseThrow();
    double[] exponentials =
        Arrays.stream(scores).map(score -> StrictMath.exp(score - most)).toArray();
    double sum = Arrays.stream(exponentials).sum();
    return Arrays.stream(exponentials).map(value -> value / sum).toArray();
  }

  double predict(double[] x, double width) {
    return dot(vector(weights(x, width, -1)), vector(labels));
  }

  /** Sum of squared errors, each input left out of its own keys. */
  double loss(double width) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double error = dot(vector(weights(inputs[i], width, i)), vector(labels)) - labels[i];
      sum += error * error;
    }
    return sum;
  }

  /** The derivative of {@link #loss} by the chain rule through each score. */
  double gradient(double width) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double[] weights = weights(inputs[i], width, i);
      double prediction = dot(vector(weights), vector(labels));
      double derivative = 0;
      for (int k = 0; k < labels.length; k++) {
        double distance = 0;
        for (int j = 0; j < inputs[i].length; j++) {
          distance += (inputs[i][j] - inputs[k][j]) * (inputs[i][j] - inputs[k][j]);
        }
        derivative += weights[k] * (labels[k] - prediction) * -width * distance;
      }
      sum += 2 * (prediction - labels[i]) * derivative;
    }
    return sum;
  }
}
