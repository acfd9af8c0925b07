package io.heed.gpu;

/** Numbers as the device keeps them: the upper half of a float32. */
final class BFloat16 {
  private static final short NOT_A_NUMBER = 0x7fff;

  private BFloat16() {}

  /** The nearest, of two as near the even one. */
  static short of(float value) {
    if (Float.isNaN(value)) {
      return NOT_A_NUMBER;
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + (bits >>> Short.SIZE & 1)) >>> Short.SIZE);
  }
}
