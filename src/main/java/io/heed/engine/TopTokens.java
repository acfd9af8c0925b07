package io.heed.engine;

import java.util.Arrays;

/** The ids of the largest values, largest first, of equal ones the lowest id first. */
final class TopTokens {
  private TopTokens() {}

  /**
   * The first {@code k} ids.
   *
   * @param values of the ids 0 to {@code n}, from {@code at} on, none of them NaN
   */
  static int[] of(float[] values, int at, int n, int k) {
    int size = Math.min(n, k);
    // Ranks as numbers: the bits of a float in its order, then the ids in reverse.
    long[] heap = new long[size];
    for (int id = 0; id < size; id++) {
      heap[id] = rank(values[at + id], id);
    }
    Arrays.sort(heap);
    for (int id = size; id < n && size > 0; id++) {
      // An equal value of a higher id comes after those that are there.
      if (values[at + id] > value(heap[0])) {
        heap[0] = rank(values[at + id], id);
        sink(heap);
      }
    }
    Arrays.sort(heap);
    int[] ids = new int[size];
    for (int i = 0; i < size; i++) {
      ids[i] = ~(int) heap[size - 1 - i];
    }
    return ids;
  }

  private static long rank(float value, int id) {
    // Zeros of both signs are one value.
    int bits = Float.floatToRawIntBits(value + 0f);
    int ordered = bits < 0 ? ~bits ^ Integer.MIN_VALUE : bits;
    return (long) ordered << Integer.SIZE | ~id & 0xFFFFFFFFL;
  }

  private static float value(long rank) {
    int ordered = (int) (rank >> Integer.SIZE);
    return Float.intBitsToFloat(ordered < 0 ? ~(ordered ^ Integer.MIN_VALUE) : ordered);
  }

  /** Puts the first element of a heap whose least is first in its place. */
  private static void sink(long[] heap) {
    long moved = heap[0];
    int parent = 0;
    while (2 * parent + 1 < heap.length) {
      int child = 2 * parent + 1;
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= moved) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = moved;
  }
}
