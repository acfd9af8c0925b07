package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Scores by distance: some queries with the keys of one panel ({@link Panels}). A vector holds the
 * scores of a query with neighbouring keys.
 */
final class SimdGaussian {
  private SimdGaussian() {}

  /**
   * {@code scores = -½ Σ (q - k)²}.
   *
   * @param width columns of the panel
   * @param depth values in a query
   * @param q row-major, from {@code qAt} on, rows {@code qStride} apart
   * @param panels holds the panel, from {@code panel} on
   * @param scores row-major, from {@code at} on, rows {@code stride} apart
   */
  static void scores(
      int rows,
      int width,
      int depth,
      float[] q,
      int qAt,
      int qStride,
      float[] panels,
      int panel,
      float[] scores,
      int at,
      int stride) {
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < width; j += LANES) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < depth; i++) {
          FloatVector x =
              (FloatVector)
                  FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, q[qAt + row * qStride + i]));
          FloatVector k =
              (FloatVector)
                  FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, panels, panel + i * width + j));
          x = (FloatVector) FLOAT_VECTOR.cast(x.sub(k));
          sum = x.fma(x, (FloatVector) FLOAT_VECTOR.cast(sum));
        }
        FloatVector half = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, -0.5f));
        sum = (FloatVector) FLOAT_VECTOR.cast(half.mul((FloatVector) FLOAT_VECTOR.cast(sum)));
        sum.intoArray(scores, at + row * stride + j);
      }
    }
  }
}
