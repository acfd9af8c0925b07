package io.heed.checkpoint;

import java.util.List;
import java.util.Optional;

/**
 * One tensor of a file, its place already checked.
 *
 * @param dtype the name of its format as safetensors has it, such as {@code F32}
 * @param strides where its values stand; empty where they stand in the order of the shape,
 *     outermost dimension first, one after another
 * @param position offset of its first byte in the file
 * @param byteLength number of the bytes of its values
 */
record TensorEntry(
    String name,
    String dtype,
    List<Long> shape,
    Optional<Strides> strides,
    long position,
    long byteLength) {
  /** The most dimensions of a tensor, which is also PyTorch's own limit. */
  static final int MAX_DIMENSIONS = 64;

  TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Whether another entry is of the same bytes, read the same way. */
  boolean sameValues(TensorEntry other) {
    return position == other.position
        && byteLength == other.byteLength
        && dtype.equals(other.dtype)
        && shape.equals(other.shape)
        && strides.equals(other.strides);
  }
}
