package io.heed.layer;

import io.heed.kernel.Activation;
import io.heed.kernel.Matrices;
import io.heed.kernel.PackedMatrix;
import io.heed.kernel.Projection;
import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;

/** A learned linear map with bias and activation. */
public record Linear(Matrices kernels, Projection projection) {

  /** A map packed for {@code kernels}. */
  static Linear pack(Matrices kernels, LinearMap map, Activation activation) {
    PackedMatrix packed = kernels.allocate(map.weight().rows(), map.weight().columns());
    kernels.pack(map.weight(), packed, 0);
    return new Linear(kernels, new Projection(packed, map.bias(), activation));
  }

  /** Number of values that the map yields. */
  public int outputs() {
    return projection.weights().outputs();
  }

  /** Number of values that the map takes. */
  public int inputs() {
    return projection.weights().inputs();
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
