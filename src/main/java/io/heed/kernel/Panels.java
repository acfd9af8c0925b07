package io.heed.kernel;

import io.heed.tensor.Matrix;
import java.util.Arrays;

/**
 * The order in which a product reads its right operand {@code [depth, n]}: panels of {@code width}
 * columns, k-major inside a panel, so that a tile reads it from front to back. Column j of depth k
 * stands at {@code ORIGIN + (j / width * depth + k) * width + j % width}.
 */
final class Panels {
  /** Index of the first panel, so chosen that a product is a tenth faster in a large array. */
  static final int ORIGIN = Matrix.ALIGNED_OFFSET;

  /** Columns written together: as many as fill half a cache line. */
  private static final int GROUP = 8;

  private Panels() {}

  /** Length of an array that holds the panels of {@code n} columns. */
  static int size(int n, int depth, int width) {
    int values = Math.multiplyExact(Math.multiplyExact(count(n, width), width), depth);
    return Math.addExact(ORIGIN, values);
  }

  /** Index of the panel that starts with column {@code column}, a multiple of the width. */
  static int at(int column, int depth) {
    return ORIGIN + column * depth;
  }

  /** Number of panels of {@code n} columns. */
  static int count(int n, int width) {
    return (n + width - 1) / width;
  }

  /**
   * Packs {@code n} rows of {@code depth} values, which stand {@code stride} apart from {@code at}
   * on, as the columns from {@code first} on.
   */
  static void packRows(
      float[] rows, int at, int stride, int n, int depth, float[] panels, int first, int width) {
    int j = 0;
    while (j < n) {
      int column = first + j;
      int to = at(column - column % width, depth) + column % width;
      if (j + GROUP <= n && column % width + GROUP <= width) {
        packGroup(rows, at + j * stride, stride, depth, panels, to, width);
        j += GROUP;
      } else {
        for (int k = 0; k < depth; k++) {
          panels[to + k * width] = rows[at + j * stride + k];
        }
        j++;
      }
    }
  }

  /** Eight rows at once: stores to neighbouring addresses are what makes a transposition fast. */
  private static void packGroup(
      float[] rows, int at, int stride, int depth, float[] panels, int to, int width) {
    final int r1 = at + stride;
    final int r2 = at + 2 * stride;
    final int r3 = at + 3 * stride;
    final int r4 = at + 4 * stride;
    final int r5 = at + 5 * stride;
    final int r6 = at + 6 * stride;
    final int r7 = at + 7 * stride;
    for (int k = 0; k < depth; k++) {
      int p = to + k * width;
      panels[p] = rows[at + k];
      panels[p + 1] = rows[r1 + k];
      panels[p + 2] = rows[r2 + k];
      panels[p + 3] = rows[r3 + k];
      panels[p + 4] = rows[r4 + k];
      panels[p + 5] = rows[r5 + k];
      panels[p + 6] = rows[r6 + k];
      panels[p + 7] = rows[r7 + k];
    }
  }

  /** Sets the columns from {@code n} to the end of the last panel to zero. */
  static void clearTail(float[] panels, int n, int depth, int width) {
    int used = n % width;
    if (used != 0) {
      int base = at(n - used, depth);
      for (int k = 0; k < depth; k++) {
        Arrays.fill(panels, base + k * width + used, base + (k + 1) * width, 0f);
      }
    }
  }

  /**
   * Packs {@code depth} rows of {@code n} values, which stand {@code stride} apart from {@code at}
   * on: row k becomes depth k of all panels. The end of the last panel is left as it is.
   */
  static void packColumns(
      float[] rows, int at, int stride, int depth, int n, float[] panels, int width) {
    packColumns(rows, at, stride, depth, n, panels, 0, width);
  }

  /** The same, as the columns from {@code first} on. */
  static void packColumns(
      float[] rows, int at, int stride, int depth, int n, float[] panels, int first, int width) {
    int length;
    for (int j = 0; j < n; j += length) {
      int inside = (first + j) % width;
      length = Math.min(width - inside, n - j);
      int to = at(first + j - inside, depth) + inside;
      for (int k = 0; k < depth; k++) {
        System.arraycopy(rows, at + k * stride + j, panels, to + k * width, length);
      }
    }
  }
}
