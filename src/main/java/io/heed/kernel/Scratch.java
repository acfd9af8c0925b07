package io.heed.kernel;

import io.heed.tensor.Matrix;

/**
 * Working memory of one thread inside the kernels: it grows to the largest need met and is used
 * again from then on. Not thread-safe.
 */
public final class Scratch {
  private final float[] lanes = new float[ScalarMath.LANES];
  private float[] rowLanes = {};
  private float[] tile = {};
  private float[] bias = {};
  private float[] row = {};
  private float[] keys = {};
  private float[] values = {};
  private float[] scores = {};
  private float[] between = {};
  private float[] gate = {};
  private float[] termVectors = {};
  private float[] keyTerms = {};
  private float[] queryTerms = {};
  private float[] inputPanels = {};
  private float[] outputPanels = {};
  private float[] valueRows = {};
  private float[] slopes = {};
  private float[] weightBlocks = {};
  private float[] slopeBlocks = {};
  private float[] keyGradients = {};
  private float[] valueGradients = {};
  private float kept;

  /** 16 floats, for sums along a row. */
  float[] lanes() {
    return lanes;
  }

  /** 16 floats for each of some rows. */
  float[] lanes(int rows) {
    rowLanes = grown(rowLanes, rows * ScalarMath.LANES);
    return rowLanes;
  }

  /** A tile of a product, of which only some columns are wanted. */
  float[] tile(int size) {
    tile = grown(tile, size);
    return tile;
  }

  /** The bias of a panel of which only some columns are wanted. */
  float[] bias(int size) {
    bias = grown(bias, size);
    return bias;
  }

  /** One row, or the sums of one block of it. */
  float[] row(int size) {
    row = grown(row, size);
    return row;
  }

  /** The keys of one head of one sequence. */
  float[] keys(int size) {
    keys = grown(keys, size);
    return keys;
  }

  /** The values of one head of one sequence. */
  float[] values(int size) {
    values = grown(values, size);
    return values;
  }

  /** The scores of a few queries. */
  float[] scores(int size) {
    scores = grown(scores, size);
    return scores;
  }

  /** The vectors of one head that terms of scores are products with. */
  float[] termVectors(int size) {
    termVectors = grown(termVectors, size);
    return termVectors;
  }

  /** Their products with all keys of one sequence. */
  float[] keyTerms(int size) {
    keyTerms = grown(keyTerms, size);
    return keyTerms;
  }

  /** Their products with a few queries. */
  float[] queryTerms(int size) {
    queryTerms = grown(queryTerms, size);
    return queryTerms;
  }

  /** What goes into a map, or queries, packed to be multiplied by its transpose. */
  float[] inputPanels(int size) {
    inputPanels = grown(inputPanels, size);
    return inputPanels;
  }

  /** The gradient of what comes out of a map, or of a context, packed. */
  float[] outputPanels(int size) {
    outputPanels = grown(outputPanels, size);
    return outputPanels;
  }

  /** The values of one head of one sequence, packed as keys are. */
  float[] valueRows(int size) {
    valueRows = grown(valueRows, size);
    return valueRows;
  }

  /** The gradients of the weights of a few queries. */
  float[] slopes(int size) {
    slopes = grown(slopes, size);
    return slopes;
  }

  /** The weights of a block of queries. */
  float[] weightBlocks(int size) {
    weightBlocks = grown(weightBlocks, size);
    return weightBlocks;
  }

  /** The gradients of their scores. */
  float[] slopeBlocks(int size) {
    slopeBlocks = grown(slopeBlocks, size);
    return slopeBlocks;
  }

  /** The gradients of the keys of one head of one sequence. */
  float[] keyGradients(int size) {
    keyGradients = grown(keyGradients, size);
    return keyGradients;
  }

  /** The gradients of their values. */
  float[] valueGradients(int size) {
    valueGradients = grown(valueGradients, size);
    return valueGradients;
  }

  /** {@code [rows, columns]} of what lies between two linear maps, its values left from before. */
  Matrix between(int rows, int columns) {
    between = grown(between, size(rows, columns));
    return new Matrix(between, Matrix.ALIGNED_OFFSET, rows, columns, columns);
  }

  /** {@code [rows, columns]} of what that is multiplied by, its values left from before. */
  Matrix gate(int rows, int columns) {
    gate = grown(gate, size(rows, columns));
    return new Matrix(gate, Matrix.ALIGNED_OFFSET, rows, columns, columns);
  }

  private static int size(int rows, int columns) {
    return Math.addExact(Matrix.ALIGNED_OFFSET, Math.multiplyExact(rows, columns));
  }

  /** Takes a value that nobody reads, so that what it comes from is computed. */
  void keep(float value) {
    kept = value;
  }

  private static float[] grown(float[] array, int size) {
    return array.length >= size ? array : new float[Math.max(size, array.length * 3 / 2)];
  }
}
