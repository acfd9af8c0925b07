package io.heed.layer;

import io.heed.kernel.Kernels;
import io.heed.kernel.Projection;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;

/** A learned linear map with bias and activation. */
public record Linear(Kernels kernels, Projection projection) {

  /** Number of values that the map yields. */
  int outputs() {
    return projection.weights().outputs();
  }

  /** The map's weights as a table {@code [outputs, inputs]}: embeddings that are held once. */
  public EmbeddingTable table() {
    return new PackedTable(kernels, projection.weights());
  }

  /** {@code [T, inputs]} to {@code [T, outputs]}. */
  public void forward(Matrix input, Matrix output, Workspace workspace) {
    kernels.linear(input, projection, output, workspace.scratch());
  }
}
