package io.heed.layer;

import io.heed.tensor.EmbeddingTable;

/**
 * Embeddings to which something is added as they are fetched, so that a table which stays in its
 * file does so.
 */
record AdaptedTable(EmbeddingTable table, LowRank added) implements EmbeddingTable {

  @Override
  public int rows() {
    return table.rows();
  }

  @Override
  public int columns() {
    return table.columns();
  }

  @Override
  public void gather(int[] rows, int count, float[] out, int offset) {
    table.gather(rows, count, out, offset);
    for (int i = 0; i < count; i++) {
      added.addRow(rows[i], out, offset + i * columns());
    }
  }
}
