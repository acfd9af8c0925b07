package io.heed.onnx;

/**
 * A tensor of a checkpoint.
 *
 * @param turned whether the checkpoint has its rows as columns
 */
record BertWeight(OnnxTensor tensor, boolean turned) {
  /** As the checkpoint has it. */
  int[] shape() {
    int[] given = tensor.dimensions();
    return turned ? new int[] {given[1], given[0]} : given;
  }

  /** Row-major, in an array of their own. */
  float[] values() {
    return turned ? tensor.transposed() : tensor.floats();
  }
}
