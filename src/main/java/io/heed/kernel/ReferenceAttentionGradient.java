package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/** The gradients of one head of one sequence, one query after the other. */
final class ReferenceAttentionGradient {
  private final AttentionRule rule;
  private final int sequence;
  private final int head;
  private final Matrix queries;
  private final Matrix keys;
  private final Matrix values;
  private final Matrix context;
  private final Matrix contextGradient;
  private final Matrix queryGradient;
  private final Matrix keyGradient;
  private final Matrix valueGradient;
  private final Scratch scratch;

  /** The weights of a query and what their gradient becomes, {@code [Tk]}. */
  private final float[] weights;

  private final float[] slopes;

  ReferenceAttentionGradient(
      AttentionInputs inputs,
      AttentionRule rule,
      Matrix context,
      Matrix contextGradient,
      AttentionGradients gradients,
      int sequence,
      int head,
      Scratch scratch) {
    this.rule = rule;
    this.sequence = sequence;
    this.head = head;
    int[] q = inputs.queryStarts();
    int[] k = inputs.keyStarts();
    this.queries = part(inputs.queries(), q, inputs.headWidth());
    this.keys = part(inputs.keys(), k, inputs.headWidth());
    this.values = part(inputs.values(), k, inputs.valueWidth());
    this.context = part(context, q, inputs.valueWidth());
    this.contextGradient = part(contextGradient, q, inputs.valueWidth());
    this.queryGradient = part(gradients.queries(), q, inputs.headWidth());
    this.keyGradient = part(gradients.keys(), k, inputs.headWidth());
    this.valueGradient = part(gradients.values(), k, inputs.valueWidth());
    this.scratch = scratch;
    this.weights = scratch.scores(keys.rows());
    this.slopes = scratch.keyTerms(keys.rows());
  }

  private Matrix part(Matrix matrix, int[] starts, int width) {
    return matrix
        .rows(starts[sequence], starts[sequence + 1])
        .columns(head * width, (head + 1) * width);
  }

  void run() {
    clear(keyGradient);
    clear(valueGradient);
    for (int q = 0; q < queries.rows(); q++) {
      if (weigh(q)) {
        slopes(q);
        take(q);
      } else {
        Arrays.fill(slopes, 0, keys.rows(), 0f);
      }
      ReferenceProduct.multiplyRow(
          slopes, 0, keys, queryGradient.data(), queryGradient.index(q), scratch);
    }
    addZero(queryGradient);
    addZero(keyGradient);
    addZero(valueGradient);
  }

  /** Makes -0 to +0: whether a sum was -0 before a 0 was added depends on which zeros it skips. */
  private static void addZero(Matrix matrix) {
    for (int i = 0; i < matrix.rows(); i++) {
      int at = matrix.index(i);
      for (int j = at; j < at + matrix.columns(); j++) {
        matrix.data()[j] += 0f;
      }
    }
  }

  private static void clear(Matrix matrix) {
    for (int i = 0; i < matrix.rows(); i++) {
      Arrays.fill(matrix.data(), matrix.index(i), matrix.index(i) + matrix.columns(), 0f);
    }
  }

  /** The weights before dropout; whether the query sees a key. */
  private boolean weigh(int q) {
    int n = keys.rows();
    for (int j = 0; j < n; j++) {
      weights[j] = product(queries, q, keys, j);
    }
    if (!HiddenKeys.hide(rule.mask(), sequence, q, weights, 0, 0, n)) {
      return false;
    }
    float sum = ReferenceSoftmax.exponentiate(weights, 0, n, rule.score().scale(), scratch.lanes());
    ReferenceRows.scaleRow(weights, 0, n, 1f / sum);
    return true;
  }

  /** What a query's scores add to the loss, each by its own change. */
  private void slopes(int q) {
    int n = keys.rows();
    float[] lanes = scratch.lanes();
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < context.columns(); i++) {
      int lane = i % ScalarMath.LANES;
      lanes[lane] =
          Math.fma(
              context.data()[context.index(q) + i],
              contextGradient.data()[contextGradient.index(q) + i],
              lanes[lane]);
    }
    float delta = ScalarMath.fold(lanes);
    for (int j = 0; j < n; j++) {
      slopes[j] = product(contextGradient, q, values, j);
    }
    rule.dropout().apply(sequence, head, q, slopes, 0, n);
    for (int j = 0; j < n; j++) {
      slopes[j] = ((slopes[j] - delta) * rule.score().scale()) * weights[j];
    }
  }

  /** Adds what a query gives to the gradients of all keys and values. */
  private void take(int q) {
    int n = keys.rows();
    addMultiples(slopes, queries, q, keyGradient);
    rule.dropout().apply(sequence, head, q, weights, 0, n);
    addMultiples(weights, contextGradient, q, valueGradient);
  }

  private static void addMultiples(float[] factors, Matrix rows, int row, Matrix target) {
    int from = rows.index(row);
    for (int j = 0; j < target.rows(); j++) {
      int to = target.index(j);
      for (int i = 0; i < target.columns(); i++) {
        target.data()[to + i] = Math.fma(factors[j], rows.data()[from + i], target.data()[to + i]);
      }
    }
  }

  private static float product(Matrix one, int row, Matrix other, int otherRow) {
    return ReferenceProduct.product(
        one.data(), one.index(row), other.data(), other.index(otherRow), one.columns());
  }
}
