package io.heed.kernel;

import io.heed.tensor.Matrix;

/** Kernels made of a part for each kind of operation, which may come from different ones. */
abstract class KernelBundle implements Kernels {
  private final Matrices matrices;
  private final Attentions attentions;
  private final Norms norms;
  private final Elements elements;
  private final Reductions reductions;

  KernelBundle(
      Matrices matrices,
      Attentions attentions,
      Norms norms,
      Elements elements,
      Reductions reductions) {
    this.matrices = matrices;
    this.attentions = attentions;
    this.norms = norms;
    this.elements = elements;
    this.reductions = reductions;
  }

  @Override
  public final PackedMatrix allocate(int outputs, int inputs) {
    return matrices.allocate(outputs, inputs);
  }

  @Override
  public final void pack(Matrix weights, PackedMatrix target, int firstOutput) {
    matrices.pack(weights, target, firstOutput);
  }

  @Override
  public final void packTransposed(Matrix weights, PackedMatrix target, int firstOutput) {
    matrices.packTransposed(weights, target, firstOutput);
  }

  @Override
  public final void gather(PackedMatrix weights, int[] rows, int count, Matrix output) {
    matrices.gather(weights, rows, count, output);
  }

  @Override
  public final void linear(Matrix input, Projection projection, Matrix output, Scratch scratch) {
    matrices.linear(input, projection, output, scratch);
  }

  @Override
  public final void linearTwice(
      Matrix input, Projection inner, Projection outer, Matrix output, Scratch scratch) {
    matrices.linearTwice(input, inner, outer, output, scratch);
  }

  @Override
  public final void linearGated(
      Matrix input,
      Projection gate,
      Projection inner,
      Projection outer,
      Matrix output,
      Scratch scratch) {
    matrices.linearGated(input, gate, inner, outer, output, scratch);
  }

  @Override
  public final void multiplyBatch(
      Matrix left, Matrix right, int n, Matrix output, Scratch scratch) {
    matrices.multiplyBatch(left, right, n, output, scratch);
  }

  @Override
  public final void attention(
      AttentionInputs inputs, AttentionRule rule, AttentionOutputs outputs, Scratch scratch) {
    attentions.attention(inputs, rule, outputs, scratch);
  }

  @Override
  public final KeyValues allocateKeyValues(int heads, int headWidth, int places) {
    return attentions.allocateKeyValues(heads, headWidth, places);
  }

  @Override
  public final void attentionCached(CachedInputs inputs, Matrix context, Scratch scratch) {
    attentions.attentionCached(inputs, context, scratch);
  }

  @Override
  public final void layerNorm(
      Matrix input, Normalization normalization, Matrix output, Scratch scratch) {
    norms.layerNorm(input, normalization, output, scratch);
  }

  @Override
  public final void addLayerNorm(
      Matrix branch, Normalization normalization, Matrix hidden, Scratch scratch) {
    norms.addLayerNorm(branch, normalization, hidden, scratch);
  }

  @Override
  public final void rmsNorm(
      Matrix input, RmsNormalization normalization, Matrix output, Scratch scratch) {
    norms.rmsNorm(input, normalization, output, scratch);
  }

  @Override
  public final void normalizeRows(Matrix rows, Scratch scratch) {
    norms.normalizeRows(rows, scratch);
  }

  @Override
  public final void activate(Activation activation, Matrix values) {
    elements.activate(activation, values);
  }

  @Override
  public final void multiply(Matrix factors, Matrix values) {
    elements.multiply(factors, values);
  }

  @Override
  public final void add(Matrix branch, Matrix hidden) {
    elements.add(branch, hidden);
  }

  @Override
  public final void addRows(Matrix table, int[] rows, Matrix hidden) {
    elements.addRows(table, rows, hidden);
  }

  @Override
  public final void scaleAndAddPositions(
      Matrix hidden, float scale, Matrix positions, int[] cumulativeLengths) {
    elements.scaleAndAddPositions(hidden, scale, positions, cumulativeLengths);
  }

  @Override
  public final void rotate(Matrix heads, int headWidth, Rotation rotation, int first) {
    elements.rotate(heads, headWidth, rotation, first);
  }

  @Override
  public final void drop(Dropout dropout, int[] cumulativeLengths, Matrix rows) {
    elements.drop(dropout, cumulativeLengths, rows);
  }

  @Override
  public final void softmax(Matrix scores, float scale, Scratch scratch) {
    reductions.softmax(scores, scale, scratch);
  }

  @Override
  public final void logSumExp(Matrix scores, double[] sums, Scratch scratch) {
    reductions.logSumExp(scores, sums, scratch);
  }

  @Override
  public final void meanPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    reductions.meanPool(hidden, cumulativeLengths, pooled);
  }

  @Override
  public final void meanRows(Matrix table, int[] rows, int[] cumulativeLengths, Matrix pooled) {
    reductions.meanRows(table, rows, cumulativeLengths, pooled);
  }

  @Override
  public final void maxPool(Matrix hidden, int[] cumulativeLengths, Matrix pooled) {
    reductions.maxPool(hidden, cumulativeLengths, pooled);
  }

  @Override
  public final boolean allFinite(Matrix rows) {
    return reductions.allFinite(rows);
  }
}
