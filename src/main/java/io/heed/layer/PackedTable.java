package io.heed.layer;

import io.heed.kernel.Matrices;
import io.heed.kernel.PackedMatrix;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;

/** The embeddings of tokens where the map to logits has the same weights: they are held once. */
record PackedTable(Matrices kernels, PackedMatrix weights) implements EmbeddingTable {

  @Override
  public int rows() {
    return weights.outputs();
  }

  @Override
  public int columns() {
    return weights.inputs();
  }

  @Override
  public void gather(int[] rows, int count, float[] out, int offset) {
    kernels.gather(weights, rows, count, new Matrix(out, offset, count, columns(), columns()));
  }
}
