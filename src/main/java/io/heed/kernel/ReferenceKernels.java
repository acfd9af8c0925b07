package io.heed.kernel;

import io.heed.kernel.AttentionMask.NoVisibleKey;
import io.heed.tensor.Matrix;
import java.util.Arrays;

/** Every operation in plain Java, written to be read: what the other kernels are compared with. */
public final class ReferenceKernels implements Kernels {

  @Override
  public String name() {
    return "reference";
  }

  /** One panel holds all outputs: row k of the panel is the weights of input k. */
  @Override
  public PackedMatrix allocate(int outputs, int inputs) {
    return new PackedMatrix(outputs, inputs, Math.max(1, outputs));
  }

  @Override
  public void pack(Matrix weights, PackedMatrix target, int firstOutput) {
    target.pack(weights, firstOutput);
  }

  @Override
  public void gather(PackedMatrix weights, int[] rows, int count, Matrix output) {
    Shapes.checkGather(weights, rows, count, output);
    for (int i = 0; i < count; i++) {
      weights.copyRow(rows[i], output.data(), output.index(i));
    }
  }

  @Override
  public void linear(Matrix input, Projection projection, Matrix output, Scratch scratch) {
    PackedMatrix packed = projection.weights();
    Shapes.checkLinear(input, projection, output);
    Shapes.checkPanels(projection, Math.max(1, packed.outputs()));
    int width = packed.panelWidth();
    Matrix weights =
        new Matrix(packed.panels(), Panels.ORIGIN, packed.inputs(), packed.outputs(), width);
    float[] y = output.data();
    for (int t = 0; t < input.rows(); t++) {
      int at = output.index(t);
      System.arraycopy(projection.bias(), 0, y, at, packed.outputs());
      addProduct(input.data(), input.index(t), weights, y, at, scratch);
    }
    activate(projection.activation(), output);
  }

  @Override
  public void linearTwice(
      Matrix input, Projection inner, Projection outer, Matrix output, Scratch scratch) {
    Shapes.checkLinearTwice(input, inner, outer, output);
    for (int t = 0; t < input.rows(); t++) {
      Matrix between = scratch.between(1, inner.weights().outputs());
      linear(input.rows(t, t + 1), inner, between, scratch);
      linear(between, outer, output.rows(t, t + 1), scratch);
    }
  }

  @Override
  public void attention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    AttentionShapes.checkAttention(inputs, rule, outputs);
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
    Matrix keys =
        transposed(part(inputs.keys(), keyStarts, sequence, head, inputs.headWidth()), scratch);
    Matrix values = part(inputs.values(), keyStarts, sequence, head, inputs.valueWidth());
    Matrix context = part(outputs.context(), queryStarts, sequence, head, inputs.valueWidth());
    int n = keys.columns();
    float[] scores = scratch.scores(n);
    for (int q = 0; q < queries.rows(); q++) {
      score(rule.score(), queries.data(), queries.index(q), head, keys, scores, scratch);
      if (rule.bias().isPresent()) {
        add(rule.bias().get(), head, q, scores, n);
      }
      float factor = 0;
      boolean sees = HiddenKeys.hide(rule.mask(), sequence, q, scores, 0, n);
      if (sees || n > 0 && rule.mask().noVisibleKey() == NoVisibleKey.UNIFORM) {
        factor = 1f / exponentiate(scores, 0, n, rule.score().scale(), scratch.lanes());
        rule.dropout().apply(sequence, head, q, scores, 0, n);
      }
      multiplyRow(scores, 0, values, context.data(), context.index(q), scratch);
      scaleRowFrom0(context.data(), context.index(q), context.columns(), factor);
      if (outputs.weights().isPresent()) {
        AttentionWeights weights = outputs.weights().get();
        int at = weights.index(sequence, head, q);
        System.arraycopy(scores, 0, weights.data(), at, n);
        scaleRowFrom0(weights.data(), at, n, factor);
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

  /** Room in panels of one column: a key, or one column of the values, is read in one go. */
  @Override
  public KeyValues allocateKeyValues(int heads, int headWidth, int places) {
    return new KeyValues(heads, headWidth, places, 1);
  }

  @Override
  public void attentionCached(CachedInputs inputs, Matrix context, Scratch scratch) {
    AttentionShapes.checkCached(inputs, context, 1);
    for (int s = 0; s < inputs.sequences(); s++) {
      for (int head = 0; head < inputs.heads(); head++) {
        inputs.cache().append(inputs, s, head);
        for (int t = 0; t < inputs.count(s); t++) {
          attendCached(inputs, s, head, t, context, scratch);
        }
      }
    }
  }

  /** One head of one new token: attention, element by element, over the keys up to its own. */
  private static void attendCached(
      CachedInputs inputs, int sequence, int head, int token, Matrix context, Scratch scratch) {
    KeyValues cache = inputs.cache();
    int width = inputs.headWidth();
    int run = inputs.runs()[sequence];
    int n = inputs.cached()[sequence] + token + 1;
    int row = inputs.starts()[sequence] + token;
    float[] keys = cache.keys(inputs.firstHead() + head);
    float[] values = cache.values(inputs.firstHead() + head);
    float[] q = inputs.queries().data();
    int qAt = inputs.queries().index(row) + head * width;
    float[] scores = scratch.scores(n);
    for (int j = 0; j < n; j++) {
      scores[j] = product(q, qAt, keys, cache.keyPanel(run + j), width);
    }
    float scale = inputs.rule().score().scale();
    float factor = 1f / exponentiate(scores, 0, n, scale, scratch.lanes());
    int at = context.index(row) + head * width;
    for (int i = 0; i < width; i++) {
      context.data()[at + i] = product(scores, 0, values, cache.valuePanel(i, run), n);
    }
    scaleRowFrom0(context.data(), at, width, factor);
  }

  /** {@code Σ x y} of {@code n} values: a chain from +0 for each block, the sums added in order. */
  private static float product(float[] x, int xAt, float[] y, int yAt, int n) {
    float total = 0f;
    for (int from = 0; from < n; from += K_BLOCK) {
      float sum = 0f;
      for (int k = from; k < Math.min(n, from + K_BLOCK); k++) {
        sum = Math.fma(x[xAt + k], y[yAt + k], sum);
      }
      total = from == 0 ? sum : total + sum;
    }
    return total;
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
      multiplyRow(q, qAt, keys, scores, 0, scratch);
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

  /**
   * {@code y = x · matrix}. Every element is a chain of fused multiply-adds from +0 for each block
   * along k, and the sums of the blocks are added in order. The loop over k stands outside: so the
   * inner loop runs over independent elements, and Java compilers vectorise it.
   */
  private static void multiplyRow(
      float[] x, int xAt, Matrix matrix, float[] y, int yAt, Scratch scratch) {
    Arrays.fill(y, yAt, yAt + matrix.columns(), 0f);
    addProduct(x, xAt, matrix, y, yAt, scratch);
  }

  /** {@code y = x · matrix + y}: the first block along k goes on from y, later ones from +0. */
  private static void addProduct(
      float[] x, int xAt, Matrix matrix, float[] y, int yAt, Scratch scratch) {
    int n = matrix.columns();
    int firstEnd = Math.min(matrix.rows(), K_BLOCK);
    addMultiples(x, xAt, matrix, 0, firstEnd, y, yAt);
    float[] block = scratch.row(n);
    for (int from = firstEnd; from < matrix.rows(); from += K_BLOCK) {
      Arrays.fill(block, 0, n, 0f);
      addMultiples(x, xAt, matrix, from, Math.min(matrix.rows(), from + K_BLOCK), block, 0);
      for (int j = 0; j < n; j++) {
        y[yAt + j] += block[j];
      }
    }
  }

  /** Adds the rows {@code from} to {@code to} of the matrix, each times its value of x. */
  private static void addMultiples(
      float[] x, int xAt, Matrix matrix, int from, int to, float[] sum, int sumAt) {
    for (int k = from; k < to; k++) {
      float factor = x[xAt + k];
      int row = matrix.index(k);
      for (int j = 0; j < matrix.columns(); j++) {
        sum[sumAt + j] = Math.fma(factor, matrix.data()[row + j], sum[sumAt + j]);
      }
    }
  }

  @Override
  public void multiplyBatch(Matrix left, Matrix right, int n, Matrix output, Scratch scratch) {
    Shapes.checkBatch(left, right, n, output);
    int depth = left.columns();
    for (int i = 0; i < left.rows(); i++) {
      int first = i / (left.rows() / n) * depth;
      Matrix matrix = right.rows(first, first + depth);
      multiplyRow(left.data(), left.index(i), matrix, output.data(), output.index(i), scratch);
    }
  }

  @Override
  public void softmax(Matrix scores, float scale, Scratch scratch) {
    for (int i = 0; i < scores.rows() && scores.columns() > 0; i++) {
      int at = scores.index(i);
      float sum = exponentiate(scores.data(), at, scores.columns(), scale, scratch.lanes());
      scaleRow(scores.data(), at, scores.columns(), 1f / sum);
    }
  }

  @Override
  public void logSumExp(Matrix scores, double[] sums, Scratch scratch) {
    Shapes.checkSums(scores, sums);
    int n = scores.columns();
    float[] row = scratch.row(n);
    for (int i = 0; i < scores.rows(); i++) {
      System.arraycopy(scores.data(), scores.index(i), row, 0, n);
      float max = max(row, 0, n);
      float sum = exponentiate(row, 0, n, 1f, scratch.lanes());
      sums[i] = ScalarMath.logSumExp(max, sum);
    }
  }

  private static float max(float[] scores, int at, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, scores[at + i]);
    }
    return max;
  }

  /**
   * Turns {@code n} scores into {@code exp((score - max) · scale)} and gives their sum, NaN for
   * NaN.
   */
  private static float exponentiate(float[] scores, int at, int n, float scale, float[] lanes) {
    float max = max(scores, at, n);
    float factor = ScalarMath.softmaxFactor(scale);
    float shift = ScalarMath.softmaxShift(max, factor);
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      float e = ScalarMath.exp2(Math.fma(scores[at + i], factor, shift));
      scores[at + i] = e;
      lanes[i % ScalarMath.LANES] += e;
    }
    return Float.isNaN(shift) ? Float.NaN : ScalarMath.fold(lanes);
  }

  @Override
  public void activate(Activation activation, Matrix values) {
    for (int i = 0; i < values.rows(); i++) {
      int at = values.index(i);
      for (int j = at; j < at + values.columns(); j++) {
        values.data()[j] = ScalarMath.activate(activation, values.data()[j]);
      }
    }
  }

  @Override
  public void add(Matrix branch, Matrix hidden) {
    Shapes.checkSame(branch, hidden);
    float[] x = branch.data();
    float[] y = hidden.data();
    for (int i = 0; i < hidden.rows(); i++) {
      int from = branch.index(i);
      int to = hidden.index(i);
      for (int j = 0; j < hidden.columns(); j++) {
        y[to + j] = x[from + j] + y[to + j];
      }
    }
  }

  @Override
  public void layerNorm(Matrix input, Normalization normalization, Matrix output, Scratch scratch) {
    Shapes.checkSame(input, output);
    Shapes.checkNormalization(input, normalization);
    for (int i = 0; i < input.rows(); i++) {
      normalizeRow(
          input.data(), input.index(i), normalization, output.data(), output.index(i), scratch);
    }
  }

  @Override
  public void addLayerNorm(
      Matrix branch, Normalization normalization, Matrix hidden, Scratch scratch) {
    add(branch, hidden);
    layerNorm(hidden, normalization, hidden, scratch);
  }

  private static void normalizeRow(
      float[] x, int xAt, Normalization normalization, float[] y, int yAt, Scratch scratch) {
    float[] gain = normalization.gain();
    float[] bias = normalization.bias();
    int n = gain.length;
    float[] lanes = scratch.lanes();
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      lanes[i % ScalarMath.LANES] += x[xAt + i];
    }
    float mean = ScalarMath.fold(lanes) / n;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < n; i++) {
      float difference = x[xAt + i] - mean;
      int lane = i % ScalarMath.LANES;
      lanes[lane] = Math.fma(difference, difference, lanes[lane]);
    }
    float factor =
        ScalarMath.reciprocalDeviation(ScalarMath.fold(lanes), n, normalization.epsilon());
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.fma((x[xAt + i] - mean) * factor, gain[i], bias[i]);
    }
  }

  @Override
  public void addRows(Matrix table, int[] rows, Matrix hidden) {
    Shapes.checkAddRows(table, rows, hidden);
    float[] x = table.data();
    float[] y = hidden.data();
    for (int t = 0; t < hidden.rows(); t++) {
      int from = table.index(rows[t]);
      int to = hidden.index(t);
      for (int i = 0; i < hidden.columns(); i++) {
        y[to + i] = y[to + i] + x[from + i];
      }
    }
  }

  @Override
  public void scaleAndAddPositions(
      Matrix hidden, float scale, Matrix positions, int[] cumulativeLengths) {
    Shapes.checkPositions(hidden, positions, cumulativeLengths);
    float[] x = hidden.data();
    float[] p = positions.data();
    for (int s = 0; s + 1 < cumulativeLengths.length; s++) {
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int at = hidden.index(t);
        int from = positions.index(t - cumulativeLengths[s]);
        for (int i = 0; i < hidden.columns(); i++) {
          x[at + i] = Math.fma(x[at + i], scale, p[from + i]);
        }
      }
    }
  }

  @Override
  public void meanPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    Shapes.checkPool(hidden, cumulativeLengths, pooled);
    for (int s = 0; s < pooled.rows(); s++) {
      int at = pooled.index(s);
      int length = cumulativeLengths[s + 1] - cumulativeLengths[s];
      Arrays.fill(pooled.data(), at, at + pooled.columns(), 0f);
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int from = hidden.index(t);
        for (int i = 0; i < pooled.columns(); i++) {
          pooled.data()[at + i] += hidden.data()[from + i];
        }
      }
      scaleRow(pooled.data(), at, pooled.columns(), 1f / length);
    }
  }

  @Override
  public void maxPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    Shapes.checkPool(hidden, cumulativeLengths, pooled);
    for (int s = 0; s < pooled.rows(); s++) {
      int at = pooled.index(s);
      Arrays.fill(pooled.data(), at, at + pooled.columns(), Float.NEGATIVE_INFINITY);
      for (int t = cumulativeLengths[s]; t < cumulativeLengths[s + 1]; t++) {
        int from = hidden.index(t);
        for (int i = 0; i < pooled.columns(); i++) {
          pooled.data()[at + i] = Math.max(pooled.data()[at + i], hidden.data()[from + i]);
        }
      }
    }
  }

  @Override
  public void normalizeRows(Matrix rows, Scratch scratch) {
    float[] lanes = scratch.lanes();
    for (int i = 0; i < rows.rows(); i++) {
      int at = rows.index(i);
      Arrays.fill(lanes, 0f);
      for (int j = 0; j < rows.columns(); j++) {
        float value = rows.data()[at + j];
        int lane = j % ScalarMath.LANES;
        lanes[lane] = Math.fma(value, value, lanes[lane]);
      }
      float factor = ScalarMath.reciprocalNorm(ScalarMath.fold(lanes));
      scaleRow(rows.data(), at, rows.columns(), factor);
    }
  }

  /** {@code fma(x, factor, +0)}: a zero has no sign. */
  private static void scaleRowFrom0(float[] row, int at, int n, float factor) {
    for (int i = at; i < at + n; i++) {
      row[i] = Math.fma(row[i], factor, 0f);
    }
  }

  private static void scaleRow(float[] row, int at, int n, float factor) {
    for (int i = at; i < at + n; i++) {
      row[i] *= factor;
    }
  }

  @Override
  public boolean allFinite(Matrix rows) {
    boolean finite = true;
    for (int i = 0; i < rows.rows(); i++) {
      int at = rows.index(i);
      for (int j = at; j < at + rows.columns(); j++) {
        finite &= Float.isFinite(rows.data()[j]);
      }
    }
    return finite;
  }
}
