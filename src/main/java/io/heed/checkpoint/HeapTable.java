package io.heed.checkpoint;

import io.heed.tensor.EmbeddingTable;
import io.heed.tensor.Matrix;
import java.util.Objects;
import java.util.Optional;

/** A table in the Java heap. */
record HeapTable(float[] values, int rows, int columns) implements EmbeddingTable {

  @Override
  public Optional<Matrix> inMemory() {
    return Optional.of(Matrix.of(values, rows, columns));
  }

  @Override
  public void gather(int[] wanted, int count, float[] out, int offset) {
    for (int i = 0; i < count; i++) {
      int row = Objects.checkIndex(wanted[i], rows);
      System.arraycopy(values, row * columns, out, offset + i * columns, columns);
    }
  }
}
