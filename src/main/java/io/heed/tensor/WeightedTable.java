package io.heed.tensor;

import java.util.Objects;
import java.util.Optional;

/**
 * A table of which each row is a row of another, times a factor.
 *
 * @param table the other
 * @param rowOf row of the other for each of this one's; empty where they are the same
 * @param factors for each row; empty where all are 1
 * @param rows number of rows
 */
public record WeightedTable(
    EmbeddingTable table, Optional<int[]> rowOf, Optional<float[]> factors, int rows)
    implements EmbeddingTable {

  @Override
  public int columns() {
    return table.columns();
  }

  @Override
  public void gather(int[] wanted, int count, float[] out, int offset) {
    table.gather(rowOf.map(of -> mapped(of, wanted, count)).orElse(wanted), count, out, offset);
    factors.ifPresent(
        each -> {
          for (int i = 0; i < count; i++) {
            int at = offset + i * columns();
            float factor = each[Objects.checkIndex(wanted[i], rows)];
            for (int column = 0; column < columns(); column++) {
              out[at + column] *= factor;
            }
          }
        });
  }

  private static int[] mapped(int[] rowOf, int[] wanted, int count) {
    int[] rows = new int[count];
    for (int i = 0; i < count; i++) {
      rows[i] = rowOf[wanted[i]];
    }
    return rows;
  }
}
