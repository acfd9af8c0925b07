package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.INT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponentials of softmax, for a block of rows. The polynomial repeats {@link ScalarMath#exp}
 * line by line; a method that took and returned a vector would cost several times what it computes.
 */
final class SimdSoftmax {
  /** Scores in a row from which their maximum is taken in four chains. */
  private static final int MANY = 8 * LANES;

  private SimdSoftmax() {}

  /** {@code n}, or the next multiple of 16. */
  static int padded(int n) {
    return (n + ScalarMath.LANES - 1) & -ScalarMath.LANES;
  }

  /**
   * Turns {@code n} scores of every row of a block into {@code exp((score - max) · scale)}. Rows
   * have room for {@link #padded} scores, and those past {@code n} become 0.
   *
   * @param at index of the first row, others {@code stride} apart
   * @param sums what each row comes to
   * @param lanes 16 for each row
   */
  static void exponentiate(
      float[] scores,
      int at,
      int stride,
      int rows,
      int n,
      float scale,
      float[] sums,
      float[] lanes) {
    // One pass over all rows for each step: a row's reductions would wait for each other.
    shift(scores, at, stride, rows, n, scale, sums);
    exponentiateShifted(scores, at, stride, rows, n, scale, sums, lanes);
    for (int row = 0; row < rows; row++) {
      sums[row] = ScalarMath.fold(lanes, row * ScalarMath.LANES);
    }
  }

  /** What softmax adds to the scores of each row, and negative infinity past their end. */
  private static void shift(
      float[] scores, int at, int stride, int rows, int n, float scale, float[] shifts) {
    for (int row = 0; row < rows; row++) {
      int start = at + row * stride;
      int end = start + padded(n);
      for (int i = start + n; i < end; i++) {
        scores[i] = Float.NEGATIVE_INFINITY;
      }
      float max =
          end - start < MANY ? largest(scores, start, end) : largestOfMany(scores, start, end);
      shifts[row] = ScalarMath.softmaxShift(max, scale);
    }
  }

  private static float largest(float[] x, int start, int end) {
    FloatVector largest = FloatVector.fromArray(FLOATS, x, start);
    for (int i = start + LANES; i < end; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
      largest = v.max((FloatVector) FLOAT_VECTOR.cast(largest));
    }
    return ((FloatVector) FLOAT_VECTOR.cast(largest)).reduceLanes(VectorOperators.MAX);
  }

  /** Four at a time: C2's maximum, for NaN and -0, is a chain of six instructions. */
  private static float largestOfMany(float[] x, int start, int end) {
    FloatVector max0 = FloatVector.fromArray(FLOATS, x, start);
    FloatVector max1 = max0;
    FloatVector max2 = max0;
    FloatVector max3 = max0;
    int i = start;
    for (; i + 4 * LANES <= end; i += 4 * LANES) {
      FloatVector v0 = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
      FloatVector v1 = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i + LANES));
      FloatVector v2 =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i + 2 * LANES));
      FloatVector v3 =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i + 3 * LANES));
      max0 = v0.max((FloatVector) FLOAT_VECTOR.cast(max0));
      max1 = v1.max((FloatVector) FLOAT_VECTOR.cast(max1));
      max2 = v2.max((FloatVector) FLOAT_VECTOR.cast(max2));
      max3 = v3.max((FloatVector) FLOAT_VECTOR.cast(max3));
    }
    max0 = ((FloatVector) FLOAT_VECTOR.cast(max0)).max((FloatVector) FLOAT_VECTOR.cast(max1));
    max2 = ((FloatVector) FLOAT_VECTOR.cast(max2)).max((FloatVector) FLOAT_VECTOR.cast(max3));
    max0 = ((FloatVector) FLOAT_VECTOR.cast(max0)).max((FloatVector) FLOAT_VECTOR.cast(max2));
    float max = ((FloatVector) FLOAT_VECTOR.cast(max0)).reduceLanes(VectorOperators.MAX);
    return i == end ? max : Math.max(max, largest(x, i, end));
  }

  private static void exponentiateShifted(
      float[] scores,
      int at,
      int stride,
      int rows,
      int n,
      float scale,
      float[] shifts,
      float[] lanes) {
    final FloatVector factor =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, scale));
    final FloatVector lowest =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP_LOWEST));
    final FloatVector log2e =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.LOG2_E));
    final FloatVector round =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ROUND));
    final FloatVector high =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.MINUS_LN2_HIGH));
    final FloatVector low =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.MINUS_LN2_LOW));
    final FloatVector p0 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP_P0));
    final FloatVector p1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP_P1));
    final FloatVector p2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP_P2));
    final FloatVector p3 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP_P3));
    final FloatVector p4 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP_P4));
    final FloatVector p5 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP_P5));
    final FloatVector one = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, 1f));
    final FloatVector zero = (FloatVector) FLOAT_VECTOR.cast(FloatVector.zero(FLOATS));
    for (int row = 0; row < rows; row++) {
      int start = at + row * stride;
      int end = start + padded(n);
      final FloatVector summand =
          (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, shifts[row]));
      for (int lane = 0; lane < ScalarMath.LANES; lane += LANES) {
        FloatVector sum = zero;
        for (int i = start + lane; i < end; i += ScalarMath.LANES) {
          FloatVector x = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, scores, i));
          x = (FloatVector) FLOAT_VECTOR.cast(x.fma(factor, summand));
          FloatVector shifted = (FloatVector) FLOAT_VECTOR.cast(x.fma(log2e, round));
          FloatVector m = (FloatVector) FLOAT_VECTOR.cast(shifted.sub(round));
          FloatVector r = (FloatVector) FLOAT_VECTOR.cast(m.fma(high, x));
          r = (FloatVector) FLOAT_VECTOR.cast(m.fma(low, r));
          FloatVector p = (FloatVector) FLOAT_VECTOR.cast(r.fma(p0, p1));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, p2));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, p3));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, p4));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, p5));
          FloatVector square = (FloatVector) FLOAT_VECTOR.cast(r.mul(r));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(square, r));
          p = (FloatVector) FLOAT_VECTOR.cast(p.add(one));
          IntVector bits = (IntVector) INT_VECTOR.cast(p.reinterpretAsInts());
          IntVector power = (IntVector) INT_VECTOR.cast(shifted.reinterpretAsInts());
          power = (IntVector) INT_VECTOR.cast(power.lanewise(VectorOperators.LSHL, 23));
          bits = (IntVector) INT_VECTOR.cast(bits.add(power));
          FloatVector e = (FloatVector) FLOAT_VECTOR.cast(bits.reinterpretAsFloats());
          e = (FloatVector) FLOAT_VECTOR.cast(zero.blend(e, x.compare(VectorOperators.GE, lowest)));
          e.intoArray(scores, i);
          sum = e.add((FloatVector) FLOAT_VECTOR.cast(sum));
        }
        ((FloatVector) FLOAT_VECTOR.cast(sum)).intoArray(lanes, row * ScalarMath.LANES + lane);
      }
    }
  }
}
