package io.heed.gpu;

import io.heed.layer.Linear;
import io.heed.tensor.Matrix;
import java.util.stream.IntStream;

/** A map put together of rows of others, one below the other. Not thread-safe. */
final class MapRows {
  private final Matrix weight;
  private final float[] bias;
  private int filled;

  /** A map of so many rows, to be added. */
  MapRows(int rows, int inputs) {
    this.weight = Matrix.allocate(rows, inputs);
    this.bias = new float[rows];
  }

  /** Adds rows of a map, in this order. */
  void add(Linear map, int[] rows) {
    map.table().gather(rows, rows.length, weight.data(), weight.index(filled));
    for (int row : rows) {
      bias[filled++] = map.projection().bias()[row];
    }
  }

  /** {@code [rows, inputs]}. */
  Matrix weight() {
    return weight;
  }

  /** {@code [rows]}. */
  float[] bias() {
    return bias;
  }

  /** The rows from one to another (exclusive). */
  static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  /** The same rows of what begins at a row. */
  static int[] from(int first, int[] rows) {
    return IntStream.of(rows).map(row -> first + row).toArray();
  }

  /** The rows of a head, row k beside row {@code pairs + k} as far as there are pairs. */
  static int[] pairsBesideEachOther(int pairs, int headWidth) {
    return IntStream.range(0, headWidth)
        .map(row -> row < 2 * pairs ? row / 2 + row % 2 * pairs : row)
        .toArray();
  }
}
