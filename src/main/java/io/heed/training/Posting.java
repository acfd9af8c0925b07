package io.heed.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers that a task has for others. They stay as they are until all have read them. */
public sealed interface Posting {

  /** Values it has. */
  int size();

  /** Some values as bytes, little-endian. */
  ByteBuffer bytes(int from, int n);

  /**
   * A part of an array.
   *
   * @param at index of the first value
   */
  record Floats(float[] values, int at, int size) implements Posting {
    @Override
    public ByteBuffer bytes(int from, int n) {
      java.util.Objects.checkFromIndexSize(from, n, size);
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.multiplyExact(n, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values, at + from, n);
      return bytes;
    }
  }

  /** A few numbers. */
  record Doubles(double[] values) implements Posting {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public ByteBuffer bytes(int from, int n) {
      java.util.Objects.checkFromIndexSize(from, n, values.length);
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.multiplyExact(n, Double.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asDoubleBuffer().put(values, from, n);
      return bytes;
    }
  }
}
