package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.INTS;
import static io.heed.kernel.SimdLanes.INT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponentials of softmax, for a block of rows. The polynomial repeats {@link ScalarMath#exp2}
 * line by line; a method that took and returned a vector would cost several times what it computes.
 */
final class SimdSoftmax {
  /** Scores in a row from which their maximum is taken as integers. */
  private static final int MANY = 8 * LANES;

  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

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
    float factor = ScalarMath.softmaxFactor(scale);
    shift(scores, at, stride, rows, n, factor, sums);
    exponentiateShifted(scores, at, stride, rows, n, factor, sums, lanes);
    for (int row = 0; row < rows; row++) {
      float sum = ScalarMath.fold(lanes, row * ScalarMath.LANES);
      sums[row] = Float.isNaN(sums[row]) ? Float.NaN : sum;
    }
  }

  /** What softmax adds to the scores of each row, and negative infinity past their end. */
  private static void shift(
      float[] scores, int at, int stride, int rows, int n, float factor, float[] shifts) {
    for (int row = 0; row < rows; row++) {
      int start = at + row * stride;
      float max = max(scores, start, n);
      Arrays.fill(scores, start + n, start + padded(n), Float.NEGATIVE_INFINITY);
      shifts[row] = ScalarMath.softmaxShift(max, factor);
    }
  }

  /** The largest of {@code n} scores, NaN where one is, with room for {@link #padded} scores. */
  static float max(float[] scores, int start, int n) {
    int end = start + padded(n);
    Arrays.fill(scores, start + n, end, scores[start]);
    return end - start < MANY ? largest(scores, start, end) : largestOfMany(scores, start, end);
  }

  private static float largest(float[] x, int start, int end) {
    FloatVector largest = FloatVector.fromArray(FLOATS, x, start);
    for (int i = start + LANES; i < end; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
      largest = v.max((FloatVector) FLOAT_VECTOR.cast(largest));
    }
    return ((FloatVector) FLOAT_VECTOR.cast(largest)).reduceLanes(VectorOperators.MAX);
  }

  /**
   * The largest as integers, which have the order of floats where positive and the reverse where
   * negative: C2's maximum of floats, for NaN and -0, is a chain of six instructions. A total that
   * is finite shows that there is no NaN, for which there is no such order.
   */
  private static float largestOfMany(float[] x, int start, int end) {
    FloatVector total = FloatVector.zero(FLOATS);
    IntVector positive = IntVector.broadcast(INTS, Integer.MIN_VALUE);
    IntVector negative = IntVector.broadcast(INTS, Integer.MAX_VALUE);
    for (int i = start; i < end; i += LANES) {
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, i));
      IntVector bits = (IntVector) INT_VECTOR.cast(v.reinterpretAsInts());
      total = v.add((FloatVector) FLOAT_VECTOR.cast(total));
      positive = bits.max((IntVector) INT_VECTOR.cast(positive));
      negative = bits.min((IntVector) INT_VECTOR.cast(negative));
    }
    IntVector magnitude = (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, Integer.MAX_VALUE));
    IntVector size =
        (IntVector) INT_VECTOR.cast(((FloatVector) FLOAT_VECTOR.cast(total)).reinterpretAsInts());
    size = (IntVector) INT_VECTOR.cast(size.and(magnitude));
    if (size.reduceLanes(VectorOperators.MAX) >= INFINITY) {
      return largest(x, start, end);
    }
    int largest = ((IntVector) INT_VECTOR.cast(positive)).reduceLanes(VectorOperators.MAX);
    if (largest < 0) {
      largest = ((IntVector) INT_VECTOR.cast(negative)).reduceLanes(VectorOperators.MIN);
    }
    return Float.intBitsToFloat(largest);
  }

  /**
   * Turns scores into {@code 2^(score · factor + shift)}, and the sums of rows into 16 lanes each.
   */
  static void exponentiateShifted(
      float[] scores,
      int at,
      int stride,
      int rows,
      int n,
      float factor,
      float[] shifts,
      float[] lanes) {
    final FloatVector factors =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, factor));
    // Below it the result is +0. A mask of integers is several times as fast as one of booleans.
    final IntVector none = (IntVector) INT_VECTOR.cast(IntVector.zero(INTS));
    final IntVector last =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, ScalarMath.EXP2_UNDERFLOW));
    final FloatVector round =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.ROUND));
    final FloatVector p0 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP2_P0));
    final FloatVector p1 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP2_P1));
    final FloatVector p2 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP2_P2));
    final FloatVector p3 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP2_P3));
    final FloatVector p4 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP2_P4));
    final FloatVector p5 =
        (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, ScalarMath.EXP2_P5));
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
          x = (FloatVector) FLOAT_VECTOR.cast(x.fma(factors, summand));
          FloatVector shifted = (FloatVector) FLOAT_VECTOR.cast(x.add(round));
          FloatVector r = (FloatVector) FLOAT_VECTOR.cast(shifted.sub(round));
          r = (FloatVector) FLOAT_VECTOR.cast(x.sub(r));
          FloatVector p = (FloatVector) FLOAT_VECTOR.cast(r.fma(p0, p1));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, p2));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, p3));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, p4));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, p5));
          p = (FloatVector) FLOAT_VECTOR.cast(p.fma(r, one));
          IntVector integer = (IntVector) INT_VECTOR.cast(shifted.reinterpretAsInts());
          IntVector mask = (IntVector) INT_VECTOR.cast(integer.max(none));
          mask = (IntVector) INT_VECTOR.cast(last.sub(mask));
          mask = (IntVector) INT_VECTOR.cast(mask.lanewise(VectorOperators.ASHR, 31));
          integer = (IntVector) INT_VECTOR.cast(integer.lanewise(VectorOperators.LSHL, 23));
          IntVector bits = (IntVector) INT_VECTOR.cast(p.reinterpretAsInts());
          bits = (IntVector) INT_VECTOR.cast(bits.add(integer));
          bits = (IntVector) INT_VECTOR.cast(bits.and(mask));
          FloatVector e = (FloatVector) FLOAT_VECTOR.cast(bits.reinterpretAsFloats());
          e.intoArray(scores, i);
          sum = e.add((FloatVector) FLOAT_VECTOR.cast(sum));
        }
        ((FloatVector) FLOAT_VECTOR.cast(sum)).intoArray(lanes, row * ScalarMath.LANES + lane);
      }
    }
  }
}
