package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Packs the columns of a matrix in panels ({@link Panels}) of an even number of rows, in vectors.
 * The width of a panel is a multiple of the lanes.
 */
final class SimdPanels {
  private SimdPanels() {}

  /**
   * Packs some rows, and one more where their number is odd. Columns up to the end of the last
   * panel become zeros.
   *
   * @param x row-major, from {@code at} on, rows {@code stride} apart
   * @param more the values of the row more
   */
  static void pack(
      float[] x, int at, int stride, int rows, int columns, int width, float more, float[] panels) {
    int even = rows + (rows & 1);
    for (int j = 0; j < columns; j += width) {
      int count = Math.min(width, columns - j);
      int to = Panels.at(j, even);
      int whole = count & -LANES;
      for (int v = 0; v < whole; v += LANES) {
        copy(x, at + j + v, stride, rows, panels, to + v, width);
      }
      if (whole < width) {
        copyRest(x, at + j, stride, rows, whole, count, panels, to, width);
      }
      if (even > rows) {
        Arrays.fill(panels, to + rows * width, to + even * width, more);
      }
    }
  }

  /** One vector of every row. */
  private static void copy(
      float[] x, int at, int stride, int rows, float[] panels, int to, int width) {
    for (int t = 0; t < rows; t++) {
      FloatVector v =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, at + t * stride));
      v.intoArray(panels, to + t * width);
    }
  }

  /** The columns from {@code whole} on, and zeros to the end of the panel. */
  private static void copyRest(
      float[] x,
      int at,
      int stride,
      int rows,
      int whole,
      int columns,
      float[] panels,
      int to,
      int width) {
    for (int t = 0; t < rows; t++) {
      int row = to + t * width;
      for (int j = whole; j < columns; j++) {
        panels[row + j] = x[at + t * stride + j];
      }
      Arrays.fill(panels, row + columns, row + width, 0f);
    }
  }
}
