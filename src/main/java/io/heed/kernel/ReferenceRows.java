package io.heed.kernel;

/** One factor for a whole row. */
final class ReferenceRows {
  private ReferenceRows() {}

  /** {@code fma(x, factor, +0)}: a zero has no sign. */
  static void scaleRowFrom0(float[] row, int at, int n, float factor) {
    for (int i = at; i < at + n; i++) {
      row[i] = Math.fma(row[i], factor, 0f);
    }
  }

  static void scaleRow(float[] row, int at, int n, float factor) {
    for (int i = at; i < at + n; i++) {
      row[i] *= factor;
    }
  }
}
