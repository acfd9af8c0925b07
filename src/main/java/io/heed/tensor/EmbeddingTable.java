package io.heed.tensor;

import java.util.Optional;

/**
 * A table {@code [rows, columns]} of float32 values whose rows are fetched by number, in memory or
 * mapped from the checkpoint. Safe for any number of threads.
 */
public interface EmbeddingTable {
  /** Number of rows. */
  int rows();

  /** Values in a row. */
  int columns();

  /** The table itself, where it is in memory as float32. */
  default Optional<Matrix> inMemory() {
    return Optional.empty();
  }

  /**
   * Copies row {@code rows[i]} to {@code out} at {@code offset + i * columns()}, for i from 0 to
   * {@code count}.
   *
   * @throws IndexOutOfBoundsException when a row is not in the table or {@code out} is too small
   */
  void gather(int[] rows, int count, float[] out, int offset);
}
