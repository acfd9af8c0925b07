package io.heed.kernel;

import static io.heed.kernel.SimdLanes.FLOATS;
import static io.heed.kernel.SimdLanes.FLOAT_VECTOR;
import static io.heed.kernel.SimdLanes.INTS;
import static io.heed.kernel.SimdLanes.INT_VECTOR;
import static io.heed.kernel.SimdLanes.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Dropout#apply} in vectors, {@link Dropout#bits} line by line. */
final class SimdDropout {
  private SimdDropout() {}

  /**
   * Drops some values of a row.
   *
   * @param x the value of place 0 would be at {@code at}
   * @param from first place
   * @param to behind the last one
   */
  static void apply(
      Dropout dropout, int sequence, int head, int query, float[] x, int at, int from, int to) {
    if (dropout.drops()) {
      long row = dropout.row(sequence, head, query);
      int whole = from + (to - from & -LANES);
      drop(row, dropout.threshold(), dropout.kept(), x, at, from, whole);
      dropRest(row, dropout.threshold(), dropout.kept(), x, at, whole, to);
    }
  }

  private static void drop(
      long row, int threshold, float kept, float[] x, int at, int from, int to) {
    final IntVector low = (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, (int) row));
    final IntVector high =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, (int) (row >>> Integer.SIZE)));
    final IntVector multiplier1 =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, Dropout.MULTIPLIER_1));
    final IntVector multiplier2 =
        (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, Dropout.MULTIPLIER_2));
    final IntVector last = (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, threshold - 1));
    final IntVector places = (IntVector) INT_VECTOR.cast(IntVector.zero(INTS).addIndex(1));
    final FloatVector factor = (FloatVector) FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, kept));
    for (int i = from; i < to; i += LANES) {
      IntVector b = (IntVector) INT_VECTOR.cast(IntVector.broadcast(INTS, i));
      b = (IntVector) INT_VECTOR.cast(b.add(places));
      b = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.XOR, low));
      IntVector shifted = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.LSHR, 16));
      b = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.XOR, shifted));
      b = (IntVector) INT_VECTOR.cast(b.mul(multiplier1));
      shifted = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.LSHR, 15));
      b = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.XOR, shifted));
      b = (IntVector) INT_VECTOR.cast(b.add(high));
      b = (IntVector) INT_VECTOR.cast(b.mul(multiplier2));
      shifted = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.LSHR, 16));
      b = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.XOR, shifted));
      b = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.LSHR, 1));
      // All ones where the value stays.
      b = (IntVector) INT_VECTOR.cast(last.sub(b));
      b = (IntVector) INT_VECTOR.cast(b.lanewise(VectorOperators.ASHR, 31));
      FloatVector v = (FloatVector) FLOAT_VECTOR.cast(FloatVector.fromArray(FLOATS, x, at + i));
      v = (FloatVector) FLOAT_VECTOR.cast(v.mul(factor));
      IntVector bits = (IntVector) INT_VECTOR.cast(v.reinterpretAsInts());
      bits = (IntVector) INT_VECTOR.cast(bits.and(b));
      v = (FloatVector) FLOAT_VECTOR.cast(bits.reinterpretAsFloats());
      v.intoArray(x, at + i);
    }
  }

  private static void dropRest(
      long row, int threshold, float kept, float[] x, int at, int from, int to) {
    for (int i = from; i < to; i++) {
      x[at + i] = Dropout.bits(row, i) < threshold ? 0f : x[at + i] * kept;
    }
  }
}
