package io.heed.kernel;

import io.heed.kernel.AttentionMask.NoVisibleKey;
import io.heed.tensor.Matrix;
import java.util.Arrays;
import java.util.Optional;

/**
 * The contract's arithmetic once more, element by element: one chain of multiply-adds for each
 * element of a product, one sum for each lane. Shares only {@link ScalarMath} with the kernels.
 */
final class ElementOracle {
  private ElementOracle() {}

  /** {@code input · weightsᵀ + bias}, then the activation. */
  static Matrix linear(Matrix input, Matrix weights, float[] bias, Activation activation) {
    Matrix output = Matrix.allocate(input.rows(), weights.rows());
    for (int t = 0; t < input.rows(); t++) {
      for (int n = 0; n < weights.rows(); n++) {
        float value = dot(bias[n], row(input, t), row(weights, n));
        output.data()[output.index(t) + n] = ScalarMath.activate(activation, value);
      }
    }
    return output;
  }

  /** {@code left · right}. */
  static Matrix product(Matrix left, Matrix right) {
    Matrix output = Matrix.allocate(left.rows(), right.columns());
    for (int i = 0; i < left.rows(); i++) {
      for (int j = 0; j < right.columns(); j++) {
        output.data()[output.index(i) + j] = dot(0, row(left, i), column(right, j));
      }
    }
    return output;
  }

  /**
   * One head of one sequence by any rule: its context, and in {@code weights} its weights.
   *
   * @param vector of additive scores, of this head
   */
  static Matrix attention(
      Matrix queries,
      Matrix keys,
      Matrix values,
      AttentionRule rule,
      float[] vector,
      int sequence,
      int head,
      float[][] weights) {
    Matrix output = Matrix.allocate(queries.rows(), values.columns());
    for (int q = 0; q < queries.rows(); q++) {
      float[] scores = new float[keys.rows()];
      boolean any = false;
      for (int k = 0; k < scores.length; k++) {
        boolean visible = rule.mask().visible(sequence, q, k);
        any |= visible;
        scores[k] =
            visible
                ? score(rule.score().form(), row(queries, q), row(keys, k), vector)
                    + bias(rule, head, k - q)
                : Float.NEGATIVE_INFINITY;
        if (visible && rule.terms().isPresent()) {
          scores[k] += terms(rule.terms().get().keys(), rule, row(queries, q), head, q - k);
          scores[k] += terms(rule.terms().get().queries(), rule, row(keys, k), head, q - k);
        }
      }
      if (!any && rule.mask().noVisibleKey() == NoVisibleKey.UNIFORM && scores.length > 0) {
        Arrays.fill(scores, 0f);
        any = true;
      }
      float factor = any ? 1 / exponentiate(scores, rule.score().scale()) : 0;
      for (int k = 0; k < scores.length; k++) {
        scores[k] = any ? dropped(rule.dropout(), sequence, head, q, k, scores[k]) : 0;
      }
      for (int c = 0; c < output.columns(); c++) {
        output.data()[output.index(q) + c] =
            Math.fma(dot(0, scores, column(values, c)), factor, 0f);
      }
      weights[q] = scores;
      for (int k = 0; k < scores.length; k++) {
        weights[q][k] = Math.fma(scores[k], factor, 0f);
      }
    }
    return output;
  }

  private static float terms(
      Optional<Matrix> vectors, AttentionRule rule, float[] x, int head, int distance) {
    RelativeTerms terms = rule.terms().orElseThrow();
    int row = terms.rows()[terms.reach() + distance];
    return vectors
        .map(all -> dot(0, x, row(all.columns(head * x.length, (head + 1) * x.length), row)))
        .orElse(0f);
  }

  private static float bias(AttentionRule rule, int head, int distance) {
    return rule.bias().isEmpty()
        ? 0f
        : rule.bias().get().values().at(head, rule.bias().get().reach() + distance);
  }

  private static float dropped(
      Dropout dropout, int sequence, int head, int query, int key, float weight) {
    if (dropout.rate() == 0) {
      return weight;
    }
    int bits = Dropout.bits(CounterRandom.bits(dropout.seed(), sequence, head, query), key);
    return bits * 0x1p-31 < dropout.rate() ? 0f : weight * (float) (1 / (1 - dropout.rate()));
  }

  private static float score(ScoreFunction.Form form, float[] q, float[] k, float[] vector) {
    float sum = 0;
    switch (form) {
      case DOT -> sum = dot(0, q, k);
      case GAUSSIAN -> {
        for (int i = 0; i < q.length; i++) {
          float difference = q[i] - k[i];
          sum = Math.fma(difference, difference, sum);
        }
        sum *= -0.5f;
      }
      case ADDITIVE -> {
        for (int i = 0; i < q.length; i++) {
          sum = Math.fma(ScalarMath.tanh(q[i] + k[i]), vector[i], sum);
        }
      }
    }
    return sum;
  }

  static float[] softmax(float[] scores, float scale) {
    float[] weights = scores.clone();
    float factor = 1 / exponentiate(weights, scale);
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= factor;
    }
    return weights;
  }

  private static float exponentiate(float[] scores, float scale) {
    float max = scores[0];
    for (float score : scores) {
      max = Math.max(max, score);
    }
    float factor = ScalarMath.softmaxFactor(scale);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = ScalarMath.exp2(Math.fma(scores[i], factor, -max * factor));
    }
    return laneSum(scores, false);
  }

  static float[] layerNorm(float[] row, Normalization normalization) {
    int n = row.length;
    float mean = laneSum(row, false) / n;
    float[] differences = new float[n];
    for (int i = 0; i < n; i++) {
      differences[i] = row[i] - mean;
    }
    double variance = laneSum(differences, true) / n;
    float factor = (float) (1 / Math.sqrt(variance + normalization.epsilon()));
    for (int i = 0; i < n; i++) {
      differences[i] =
          Math.fma(differences[i] * factor, normalization.gain()[i], normalization.bias()[i]);
    }
    return differences;
  }

  static float[] rmsNorm(float[] row, RmsNormalization normalization) {
    double mean = laneSum(row, true) / row.length;
    float factor = (float) (1 / Math.sqrt(mean + normalization.epsilon()));
    float[] result = row.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = result[i] * factor * normalization.gain()[i];
    }
    return result;
  }

  static float[] normalized(float[] row) {
    double norm = Math.max(Math.sqrt(laneSum(row, true)), 1e-12);
    float[] result = row.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] *= (float) (1 / norm);
    }
    return result;
  }

  /** The sum of the values, or of their squares, in 16 lanes. */
  private static float laneSum(float[] values, boolean squares) {
    float[] lanes = new float[16];
    for (int i = 0; i < values.length; i++) {
      float v = values[i];
      lanes[i % 16] = squares ? Math.fma(v, v, lanes[i % 16]) : lanes[i % 16] + v;
    }
    for (int apart = 8; apart > 0; apart /= 2) {
      for (int i = 0; i < apart; i++) {
        lanes[i] += lanes[i + apart];
      }
    }
    return lanes[0];
  }

  private static float dot(float first, float[] a, float[] b) {
    float total = 0;
    for (int from = 0; from < a.length; from += 384) {
      float block = from == 0 ? first : 0;
      for (int k = from; k < Math.min(a.length, from + 384); k++) {
        block = Math.fma(a[k], b[k], block);
      }
      total = from == 0 ? block : total + block;
    }
    return total;
  }

  static float[] row(Matrix matrix, int row) {
    float[] values = new float[matrix.columns()];
    System.arraycopy(matrix.data(), matrix.index(row), values, 0, values.length);
    return values;
  }

  private static float[] column(Matrix matrix, int column) {
    float[] values = new float[matrix.rows()];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix.at(i, column);
    }
    return values;
  }
}
