package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Operations along rows. A sum runs in the 16 lanes of the contract whatever the width of a vector:
 * a vector of 16 lanes walks the row once, one of 8 walks it twice, first for lanes 0 to 7 and then
 * for 8 to 15. The end of a row, shorter than 16, is added lane by lane.
 *
 * <p>The polynomials repeat {@link ScalarMath} line by line; a method that took and returned a
 * vector would cost several times what it computes.
 */
final class SimdRows {
  /** Floats in a cache line. */
  private static final int LINE = 16;

  private SimdRows() {}

  private static int whole(int n) {
    return n & -ScalarMath.LANES;
  }

  /**
   * Reads one value of each cache line of {@code n} values, and gives a sum of them so that the
   * reads are needed. A plain walk brings weights into the second cache several times faster than
   * the first tile that multiplies with them, whose own loads keep too few lines under way.
   */
  static float touch(float[] x, int at, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int i = at; i + 3 * LINE < at + n; i += 4 * LINE) {
      s0 += x[i];
      s1 += x[i + LINE];
      s2 += x[i + 2 * LINE];
      s3 += x[i + 3 * LINE];
    }
    return s0 + s1 + s2 + s3;
  }

  /**
   * Takes the first columns of a tile: into {@code c} for the first block along k, added to it for
   * a later one.
   *
   * @param width columns of the tile
   * @param k where the block begins
   */
  static void takeTile(
      float[] tile, int width, float[] c, int cAt, int cStride, int rows, int columns, int k) {
    for (int r = 0; r < rows; r++) {
      int from = r * width;
      int to = cAt + r * cStride;
      if (k == 0) {
        System.arraycopy(tile, from, c, to, columns);
        continue;
      }
      int i = 0;
      for (; i + LANES <= columns; i += LANES) {
        FloatVector v =
            (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, tile, from + i));
        FloatVector w = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, c, to + i));
        v = (FloatVector) FLOAT_VECTOR.cast(v.add(w));
        v.intoArray(c, to + i);
      }
      for (; i < columns; i++) {
        c[to + i] = tile[from + i] + c[to + i];
      }
    }
  }

  /** Multiplies {@code n} values by {@code factor}. */
  static void scale(float[] x, int at, int n, float factor) {
    FloatVector f = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factor));
    int i = at;
    for (; i + LANES <= at + n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(f));
      v.intoArray(x, i);
    }
    for (; i < at + n; i++) {
      x[i] *= factor;
    }
  }

  /** {@code y = (x · factor) · gain}. */
  static void scale(float[] x, int xAt, float factor, float[] gain, float[] y, int yAt) {
    int n = gain.length;
    final FloatVector f = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factor));
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
      FloatVector g = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, gain, i));
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(f));
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(g));
      v.intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = x[xAt + i] * factor * gain[i];
    }
  }

  /** {@code y = y + x} of {@code n} values. */
  static void add(float[] x, int xAt, float[] y, int yAt, int n) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
      FloatVector w = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, y, yAt + i));
      w = (FloatVector) FLOAT_VECTOR.cast(w.add(v));
      w.intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] += x[xAt + i];
    }
  }

  /**
   * {@code y = y + a + b + c + d} of {@code n} values, in this order, all four in one array: what
   * is far apart in memory is asked for at once.
   */
  static void addFour(float[] x, int a, int b, int c, int d, float[] y, int yAt, int n) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, a + i));
      FloatVector w = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, y, yAt + i));
      w = (FloatVector) FLOAT_VECTOR.cast(w.add(v));
      v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, b + i));
      w = (FloatVector) FLOAT_VECTOR.cast(w.add(v));
      v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, c + i));
      w = (FloatVector) FLOAT_VECTOR.cast(w.add(v));
      v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, d + i));
      w = (FloatVector) FLOAT_VECTOR.cast(w.add(v));
      w.intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = y[yAt + i] + x[a + i] + x[b + i] + x[c + i] + x[d + i];
    }
  }

  /** {@code y = x · y} of {@code n} values. */
  static void multiply(float[] x, int xAt, float[] y, int yAt, int n) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
      FloatVector w = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, y, yAt + i));
      w = (FloatVector) FLOAT_VECTOR.cast(w.mul(v));
      w.intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] *= x[xAt + i];
    }
  }

  /** Turns {@code n} pairs of values, those of a pair {@code n} apart. */
  static void rotate(float[] x, int at, int n, float[] cos, int cosAt, float[] sin, int sinAt) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, at + i));
      FloatVector w = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, at + n + i));
      FloatVector c =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, cos, cosAt + i));
      FloatVector s =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, sin, sinAt + i));
      FloatVector minus = (FloatVector) FLOAT_VECTOR.cast(w.mul(s));
      minus = (FloatVector) FLOAT_VECTOR.cast(minus.neg());
      FloatVector plus = (FloatVector) FLOAT_VECTOR.cast(v.mul(s));
      v = (FloatVector) FLOAT_VECTOR.cast(v.fma(c, minus));
      w = (FloatVector) FLOAT_VECTOR.cast(w.fma(c, plus));
      v.intoArray(x, at + i);
      w.intoArray(x, at + n + i);
    }
    for (; i < n; i++) {
      float v = x[at + i];
      float w = x[at + n + i];
      x[at + i] = Math.fma(v, cos[cosAt + i], -(w * sin[sinAt + i]));
      x[at + n + i] = Math.fma(w, cos[cosAt + i], v * sin[sinAt + i]);
    }
  }

  /** {@code fma(x, factor, +0)} of {@code n} values of every row of a block, by row's factor. */
  static void scaleRows(float[] x, int at, int stride, int rows, int n, float[] factors) {
    final FloatVector zero = (FloatVector) FLOAT_VECTOR.cast(FloatVector.zero(FLOATS));
    for (int row = 0; row < rows; row++) {
      FloatVector f = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factors[row]));
      int i = at + row * stride;
      int end = i + n;
      for (; i + LANES <= end; i += LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
        v = (FloatVector) FLOAT_VECTOR.cast(v.fma(f, zero));
        v.intoArray(x, i);
      }
      for (; i < end; i++) {
        x[i] = Math.fma(x[i], factors[row], 0f);
      }
    }
  }

  /** The sum of {@code n} values. */
  static float sum(float[] x, int at, int n, float[] lanes) {
    int end = at + whole(n);
    for (int lane = 0; lane < ScalarMath.LANES; lane += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = at + lane; i < end; i += ScalarMath.LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
        sum = v.add((FloatVector) FLOAT_VECTOR.cast(sum));
      }
      ((FloatVector) FLOAT_VECTOR.cast(sum)).intoArray(lanes, lane);
    }
    for (int i = end; i < at + n; i++) {
      lanes[i - end] += x[i];
    }
    return ScalarMath.fold(lanes);
  }

  /** {@code y = x + y}, and the sum of the {@code n} values of y. */
  static float addAndSum(float[] x, int xAt, float[] y, int yAt, int n, float[] lanes) {
    int end = whole(n);
    for (int lane = 0; lane < ScalarMath.LANES; lane += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = lane; i < end; i += ScalarMath.LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
        FloatVector w = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, y, yAt + i));
        v = (FloatVector) FLOAT_VECTOR.cast(v.add(w));
        v.intoArray(y, yAt + i);
        sum = v.add((FloatVector) FLOAT_VECTOR.cast(sum));
      }
      ((FloatVector) FLOAT_VECTOR.cast(sum)).intoArray(lanes, lane);
    }
    for (int i = end; i < n; i++) {
      y[yAt + i] = x[xAt + i] + y[yAt + i];
      lanes[i - end] += y[yAt + i];
    }
    return ScalarMath.fold(lanes);
  }

  /** The sum of the squares of {@code n} values less {@code mean}. */
  static float sumOfSquares(float[] x, int at, int n, float mean, float[] lanes) {
    int end = at + whole(n);
    final FloatVector means = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, mean));
    for (int lane = 0; lane < ScalarMath.LANES; lane += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = at + lane; i < end; i += ScalarMath.LANES) {
        FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
        v = (FloatVector) FLOAT_VECTOR.cast(v.sub(means));
        sum = v.fma(v, (FloatVector) FLOAT_VECTOR.cast(sum));
      }
      ((FloatVector) FLOAT_VECTOR.cast(sum)).intoArray(lanes, lane);
    }
    for (int i = end; i < at + n; i++) {
      float v = x[i] - mean;
      lanes[i - end] = Math.fma(v, v, lanes[i - end]);
    }
    return ScalarMath.fold(lanes);
  }

  /** {@code y = fma((x - mean) · factor, gain, bias)}. */
  static void normalize(
      float[] x, int xAt, float mean, float factor, Normalization target, float[] y, int yAt) {
    float[] gain = target.gain();
    float[] bias = target.bias();
    int n = gain.length;
    final FloatVector means = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, mean));
    final FloatVector factors =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factor));
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, xAt + i));
      FloatVector g = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, gain, i));
      FloatVector b = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, bias, i));
      v = (FloatVector) FLOAT_VECTOR.cast(v.sub(means));
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(factors));
      v = (FloatVector) FLOAT_VECTOR.cast(v.fma(g, b));
      v.intoArray(y, yAt + i);
    }
    for (; i < n; i++) {
      y[yAt + i] = Math.fma((x[xAt + i] - mean) * factor, gain[i], bias[i]);
    }
  }
}
