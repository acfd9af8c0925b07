package io.heed.kernel;

import io.heed.kernel.AttentionMask.NoVisibleKey;
import io.heed.tensor.Matrix;

/** Attention in plain Java, one query of one head at a time. */
final class ReferenceAttentions implements Attentions {
  /** A key, or one column of the values, is read in one go. */
  private static final int PANEL = 1;

  @Override
  public void attention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    outputs.check(inputs);
    rule.check(inputs);
    for (int s = 0; s < inputs.sequences(); s++) {
      for (int head = 0; head < inputs.heads() && inputs.queryCount(s) > 0; head++) {
        attendHead(inputs, rule, outputs, s, head, scratch);
      }
    }
  }

  private static void attendHead(
      AttentionInputs inputs,
      AttentionRule rule,
      AttentionOutputs outputs,
      int sequence,
      int head,
      Scratch scratch) {
    int[] queryStarts = inputs.queryStarts();
    int[] keyStarts = inputs.keyStarts();
    Matrix queries = part(inputs.queries(), queryStarts, sequence, head, inputs.headWidth());
    int shared = head / inputs.sharing();
    Matrix keyRows = part(inputs.keys(), keyStarts, sequence, shared, inputs.headWidth());
    Matrix keys = transposed(keyRows, scratch);
    Matrix values = part(inputs.values(), keyStarts, sequence, shared, inputs.valueWidth());
    Matrix context = part(outputs.context(), queryStarts, sequence, head, inputs.valueWidth());
    int n = keys.columns();
    float[] scores = scratch.scores(n);
    for (int q = 0; q < queries.rows(); q++) {
      score(rule.score(), queries.data(), queries.index(q), head, keys, scores, scratch);
      if (rule.bias().isPresent()) {
        add(rule.bias().get(), head, q, scores, n);
      }
      if (rule.terms().isPresent()) {
        int from = head * inputs.headWidth();
        Matrix query = queries.rows(q, q + 1);
        add(rule.terms().get(), from, query, q, keyRows, scores);
      }
      float factor = 0;
      boolean sees = HiddenKeys.hide(rule.mask(), sequence, q, scores, 0, 0, n);
      if (sees || n > 0 && rule.mask().noVisibleKey() == NoVisibleKey.UNIFORM) {
        factor =
            1f / ReferenceSoftmax.exponentiate(scores, 0, n, rule.score().scale(), scratch.lanes());
        rule.dropout().apply(sequence, head, q, scores, 0, n);
      }
      ReferenceProduct.multiplyRow(scores, 0, values, context.data(), context.index(q), scratch);
      ReferenceRows.scaleRowFrom0(context.data(), context.index(q), context.columns(), factor);
      if (outputs.weights().isPresent()) {
        AttentionWeights weights = outputs.weights().get();
        int at = weights.index(sequence, head, q);
        System.arraycopy(scores, 0, weights.data(), at, n);
        ReferenceRows.scaleRowFrom0(weights.data(), at, n, factor);
      }
    }
  }

  private static void add(RelativeBias bias, int head, int query, float[] scores, int n) {
    float[] values = bias.values().data();
    int at = bias.at(head, query);
    for (int j = 0; j < n; j++) {
      scores[j] += values[at + j];
    }
  }

  /** Adds the terms of one query, whose head begins with column {@code from}. */
  private static void add(
      RelativeTerms terms, int from, Matrix query, int at, Matrix keys, float[] scores) {
    int depth = keys.columns();
    for (int j = 0; j < keys.rows(); j++) {
      int row = terms.row(at - j);
      if (terms.keys().isPresent()) {
        Matrix vectors = terms.keys().get();
        scores[j] +=
            ReferenceProduct.product(
                query.data(), query.offset(), vectors.data(), vectors.index(row) + from, depth);
      }
      if (terms.queries().isPresent()) {
        Matrix vectors = terms.queries().get();
        scores[j] +=
            ReferenceProduct.product(
                keys.data(), keys.index(j), vectors.data(), vectors.index(row) + from, depth);
      }
    }
  }

  @Override
  public KeyValues allocateKeyValues(int heads, int headWidth, int places) {
    return new PanelKeyValues(heads, headWidth, places, PANEL);
  }

  @Override
  public void attentionCached(CachedInputs inputs, Matrix context, Scratch scratch) {
    Shapes.checkSame(inputs.queries(), context);
    PanelKeyValues cache = PanelKeyValues.of(inputs.cache(), PANEL);
    for (int s = 0; s < inputs.sequences(); s++) {
      for (int head = 0; head < inputs.keyValueHeads(); head++) {
        cache.append(inputs, s, head);
      }
      for (int head = 0; head < inputs.heads(); head++) {
        for (int t = 0; t < inputs.count(s); t++) {
          attendCached(inputs, cache, s, head, t, context, scratch);
        }
      }
    }
  }

  /** One head of one new token: attention, element by element, over the keys up to its own. */
  private static void attendCached(
      CachedInputs inputs,
      PanelKeyValues cache,
      int sequence,
      int head,
      int token,
      Matrix context,
      Scratch scratch) {
    int width = inputs.headWidth();
    int run = inputs.runs()[sequence];
    int n = inputs.cached()[sequence] + token + 1;
    int row = inputs.starts()[sequence] + token;
    int shared = inputs.firstHead() + head / inputs.sharing();
    float[] keys = cache.keys(shared);
    float[] values = cache.values(shared);
    float[] q = inputs.queries().data();
    int qAt = inputs.queries().index(row) + head * width;
    float[] scores = scratch.scores(n);
    for (int j = 0; j < n; j++) {
      scores[j] = ReferenceProduct.product(q, qAt, keys, cache.keyPanel(run + j), width);
    }
    float scale = inputs.rule().score().scale();
    float factor = 1f / ReferenceSoftmax.exponentiate(scores, 0, n, scale, scratch.lanes());
    int at = context.index(row) + head * width;
    for (int i = 0; i < width; i++) {
      context.data()[at + i] =
          ReferenceProduct.product(scores, 0, values, cache.valuePanel(i, run), n);
    }
    ReferenceRows.scaleRowFrom0(context.data(), at, width, factor);
  }

  /** The tokens of one sequence, the columns of one head. */
  private static Matrix part(Matrix matrix, int[] starts, int sequence, int head, int width) {
    return matrix
        .rows(starts[sequence], starts[sequence + 1])
        .columns(head * width, (head + 1) * width);
  }

  /**
   * The scores of one query with every key.
   *
   * @param q {@code [Dh]} from {@code qAt} on
   * @param keys {@code [Dh, n]}
   */
  private static void score(
      ScoreFunction function,
      float[] q,
      int qAt,
      int head,
      Matrix keys,
      float[] scores,
      Scratch scratch) {
    if (function.form() == ScoreFunction.Form.DOT) {
      ReferenceProduct.multiplyRow(q, qAt, keys, scores, 0, scratch);
      return;
    }
    int depth = keys.rows();
    for (int j = 0; j < keys.columns(); j++) {
      float sum = 0;
      for (int i = 0; i < depth; i++) {
        float key = keys.data()[keys.index(i) + j];
        if (function.form() == ScoreFunction.Form.GAUSSIAN) {
          float difference = q[qAt + i] - key;
          sum = Math.fma(difference, difference, sum);
        } else {
          float factor = function.vector()[head * depth + i];
          sum = Math.fma(ScalarMath.tanh(q[qAt + i] + key), factor, sum);
        }
      }
      scores[j] = function.form() == ScoreFunction.Form.GAUSSIAN ? -0.5f * sum : sum;
    }
  }

  private static Matrix transposed(Matrix matrix, Scratch scratch) {
    int rows = matrix.rows();
    int columns = matrix.columns();
    float[] data = scratch.keys(rows * columns);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        data[j * rows + i] = matrix.data()[matrix.index(i) + j];
      }
    }
    return Matrix.of(data, columns, rows);
  }
}
