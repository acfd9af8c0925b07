package io.heed.model;

import io.heed.checkpoint.CheckpointException;
import io.heed.checkpoint.EmbeddingTable;
import io.heed.checkpoint.HuggingFaceCheckpoint;
import io.heed.tensor.Matrix;
import java.util.stream.Stream;

/**
 * Reads the tensors of a checkpoint in the shapes that its configuration asks for.
 *
 * <p>All methods throw {@link CheckpointException} when a tensor is missing or has another shape.
 */
record TensorReader(HuggingFaceCheckpoint checkpoint) {

  /** Checks, without reading values, that every tensor is there in its shape. */
  void check(Stream<Tensor> tensors) {
    tensors.forEach(tensor -> checkpoint.check(tensor.name(), tensor.shape()));
  }

  /** Whether the checkpoint has it at all. */
  boolean has(Tensor tensor) {
    return checkpoint.has(tensor.name());
  }

  /** All values, row-major. */
  float[] floats(Tensor tensor) {
    return checkpoint.floats(tensor.name(), tensor.shape());
  }

  /** A tensor of two dimensions. */
  Matrix matrix(Tensor tensor) {
    return Matrix.of(floats(tensor), tensor.shape()[0], tensor.shape()[1]);
  }

  /** A tensor of two dimensions whose rows are fetched by number. */
  EmbeddingTable table(Tensor tensor) {
    return checkpoint.table(tensor.name(), tensor.shape()[0], tensor.shape()[1]);
  }

  /** A tensor in the layout of {@code Conv1D}. */
  Conv1d conv1d(Tensor tensor) {
    return new Conv1d(matrix(tensor));
  }
}
