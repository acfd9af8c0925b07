package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * The operations on the Vector API, to the bit those of {@link ReferenceKernels}. Loads only where
 * the module {@code jdk.incubator.vector} is resolved: see {@link KernelProvider}.
 */
final class SimdKernels implements Kernels {
  /** For the operations whose plain loops C2 vectorises by itself, or that only copy. */
  private final ReferenceKernels plain = new ReferenceKernels();

  @Override
  public String name() {
    return "simd-" + SimdLanes.FLOATS.vectorBitSize();
  }

  @Override
  public PackedMatrix allocate(int outputs, int inputs) {
    return new PackedMatrix(outputs, inputs, SimdLinear.TILES.width());
  }

  @Override
  public void pack(Matrix weights, PackedMatrix target, int firstOutput) {
    target.pack(weights, firstOutput);
  }

  @Override
  public void gather(PackedMatrix weights, int[] rows, int count, Matrix output) {
    plain.gather(weights, rows, count, output);
  }

  @Override
  public void linear(Matrix input, Projection projection, Matrix output, Scratch scratch) {
    Shapes.checkLinear(input, projection, output);
    Shapes.checkPanels(projection, SimdLinear.TILES.width());
    SimdLinear.apply(input, projection, output, scratch);
  }

  @Override
  public void linearTwice(
      Matrix input, Projection inner, Projection outer, Matrix output, Scratch scratch) {
    Shapes.checkLinearTwice(input, inner, outer, output);
    Shapes.checkPanels(inner, SimdLinear.TILES.width());
    Shapes.checkPanels(outer, SimdLinear.TILES.width());
    SimdLinear.applyTwo(input, inner, outer, output, scratch);
  }

  @Override
  public void attention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    AttentionShapes.checkAttention(inputs, rule, outputs);
    SimdAttention.apply(inputs, rule, outputs, scratch);
  }

  @Override
  public KeyValues allocateKeyValues(int heads, int headWidth, int places) {
    return new KeyValues(heads, headWidth, places, SimdAttention.PANEL);
  }

  @Override
  public void attentionCached(CachedInputs inputs, Matrix context, Scratch scratch) {
    AttentionShapes.checkCached(inputs, context, SimdAttention.PANEL);
    SimdAttention.applyCached(inputs, context, scratch);
  }

  @Override
  public void multiplyBatch(Matrix left, Matrix right, int n, Matrix output, Scratch scratch) {
    Shapes.checkBatch(left, right, n, output);
    SimdProduct.apply(left, right, n, output, scratch);
  }

  @Override
  public void softmax(Matrix scores, float scale, Scratch scratch) {
    int n = scores.columns();
    float[] row = scratch.row(SimdSoftmax.padded(n));
    float[] sum = new float[1];
    for (int i = 0; i < scores.rows() && n > 0; i++) {
      System.arraycopy(scores.data(), scores.index(i), row, 0, n);
      SimdSoftmax.exponentiate(row, 0, 0, 1, n, scale, sum, scratch.lanes());
      SimdRows.scale(row, 0, n, 1f / sum[0]);
      System.arraycopy(row, 0, scores.data(), scores.index(i), n);
    }
  }

  @Override
  public void logSumExp(Matrix scores, double[] sums, Scratch scratch) {
    Shapes.checkSums(scores, sums);
    int n = scores.columns();
    float[] row = scratch.row(SimdSoftmax.padded(n));
    float[] sum = new float[1];
    for (int i = 0; i < scores.rows(); i++) {
      System.arraycopy(scores.data(), scores.index(i), row, 0, n);
      float max = SimdSoftmax.max(row, 0, n);
      SimdSoftmax.exponentiate(row, 0, 0, 1, n, 1f, sum, scratch.lanes());
      sums[i] = ScalarMath.logSumExp(max, sum[0]);
    }
  }

  @Override
  public void activate(Activation activation, Matrix values) {
    SimdActivations.apply(activation, values);
  }

  @Override
  public void add(Matrix branch, Matrix hidden) {
    plain.add(branch, hidden);
  }

  @Override
  public void layerNorm(Matrix input, Normalization normalization, Matrix output, Scratch scratch) {
    Shapes.checkSame(input, output);
    Shapes.checkNormalization(input, normalization);
    for (int i = 0; i < input.rows(); i++) {
      float sum = SimdRows.sum(input.data(), input.index(i), input.columns(), scratch.lanes());
      finishNorm(input, i, sum, normalization, output, scratch);
    }
  }

  @Override
  public void addLayerNorm(
      Matrix branch, Normalization normalization, Matrix hidden, Scratch scratch) {
    Shapes.checkSame(branch, hidden);
    Shapes.checkNormalization(hidden, normalization);
    for (int i = 0; i < hidden.rows(); i++) {
      float sum =
          SimdRows.addAndSum(
              branch.data(),
              branch.index(i),
              hidden.data(),
              hidden.index(i),
              hidden.columns(),
              scratch.lanes());
      finishNorm(hidden, i, sum, normalization, hidden, scratch);
    }
  }

  private static void finishNorm(
      Matrix input, int i, float sum, Normalization target, Matrix output, Scratch scratch) {
    float[] x = input.data();
    int at = input.index(i);
    int n = input.columns();
    float mean = sum / n;
    float squares = SimdRows.sumOfSquares(x, at, n, mean, scratch.lanes());
    float factor = ScalarMath.reciprocalDeviation(squares, n, target.epsilon());
    SimdRows.normalize(x, at, mean, factor, target, output.data(), output.index(i));
  }

  @Override
  public void addRows(Matrix table, int[] rows, Matrix hidden) {
    plain.addRows(table, rows, hidden);
  }

  @Override
  public void scaleAndAddPositions(
      Matrix hidden, float scale, Matrix positions, int[] cumulativeLengths) {
    plain.scaleAndAddPositions(hidden, scale, positions, cumulativeLengths);
  }

  @Override
  public void meanPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    plain.meanPool(hidden, cumulativeLengths, pooled);
  }

  @Override
  public void maxPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    plain.maxPool(hidden, cumulativeLengths, pooled);
  }

  @Override
  public void normalizeRows(Matrix rows, Scratch scratch) {
    int n = rows.columns();
    for (int i = 0; i < rows.rows(); i++) {
      float squares = SimdRows.sumOfSquares(rows.data(), rows.index(i), n, 0f, scratch.lanes());
      SimdRows.scale(rows.data(), rows.index(i), n, ScalarMath.reciprocalNorm(squares));
    }
  }

  @Override
  public boolean allFinite(Matrix rows) {
    return plain.allFinite(rows);
  }
}
