package io.heed.checkpoint;

import io.heed.checkpoint.FloatFormat.FloatView;
import io.heed.tensor.EmbeddingTable;
import java.util.Objects;

/**
 * A table that stays in its file, in the file's format, and is paged in by the operating system.
 *
 * <p>It outlives the file it was mapped from; the memory is given back when the table is collected.
 * The file must not be shortened while the table is in use.
 */
final class MappedTable implements EmbeddingTable {
  private final FloatView[] parts;
  private final int rowsPerPart;
  private final int rows;
  private final int columns;

  private MappedTable(FloatView[] parts, int rowsPerPart, int rows, int columns) {
    this.parts = parts;
    this.rowsPerPart = rowsPerPart;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Maps {@code rows * columns} values from {@code position} on, whole rows at a time.
   *
   * @param mapBytes the most bytes of one mapping, at least one row
   */
  static MappedTable map(
      OpenFile file, long position, FloatFormat format, int rows, int columns, int mapBytes) {
    long rowBytes = (long) columns * format.bytes();
    int rowsPerPart = (int) (mapBytes / rowBytes);
    FloatView[] parts = new FloatView[(int) ((rows + rowsPerPart - 1L) / rowsPerPart)];
    for (int part = 0; part < parts.length; part++) {
      long first = (long) part * rowsPerPart;
      long length = Math.min(rowsPerPart, rows - first) * rowBytes;
      long start = position + first * rowBytes;
      parts[part] = file.map(format, start, length);
    }
    return new MappedTable(parts, rowsPerPart, rows, columns);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  @Override
  public void gather(int[] wanted, int count, float[] out, int offset) {
    for (int i = 0; i < count; i++) {
      int row = Objects.checkIndex(wanted[i], rows);
      int index = row % rowsPerPart * columns;
      parts[row / rowsPerPart].get(index, out, offset + i * columns, columns);
    }
  }
}
