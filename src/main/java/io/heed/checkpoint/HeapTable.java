package io.heed.checkpoint;

import io.heed.tensor.EmbeddingTable;
import java.util.Objects;

/** A table in the Java heap. */
record HeapTable(float[] values, int rows, int columns) implements EmbeddingTable {

  @Override
  public void gather(int[] wanted, int count, float[] out, int offset) {
    for (int i = 0; i < count; i++) {
      int row = Objects.checkIndex(wanted[i], rows);
      System.arraycopy(values, row * columns, out, offset + i * columns, columns);
    }
  }
}
